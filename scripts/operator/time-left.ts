import progress, { type Options } from 'cli-progress'

/** `formatTime` of progress bars: a question mark while the time left is unknown, when theirs shows "LLs" or "NFs". */
export const formatTimeLeft: NonNullable<Options['formatTime']> = (seconds, options, multiple) =>
  typeof (seconds as unknown) === 'number' ? progress.Format.TimeFormat(seconds, options, multiple) : '?'
