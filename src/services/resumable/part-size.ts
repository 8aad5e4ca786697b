const MIB = 1024 * 1024
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000

/** Bytes of each part: 8 MiB, or as many whole MiB as it takes for `length` to fit into the 10,000 that S3 allows. */
export const partSizeFor = (length: number): number =>
  Math.max(8 * MIB, Math.ceil(length / MAX_PARTS / MIB) * MIB)
