import progress, { type Options } from 'cli-progress'

/** `formatTime` of progress bars: "?" while the time left is unknown, where cli-progress would show "LLs" or "NFs". */
export const formatTimeLeft: NonNullable<Options['formatTime']> = (seconds, options, multiple) =>
  typeof (seconds as unknown) === 'number' ? progress.Format.TimeFormat(seconds, options, multiple) : '?'
