const MIB = 1024 * 1024
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000

/** Bytes of each part: 8 MiB, or as many whole MiB as `length` needs to fit into the 10,000 parts that S3 allows. */
export const partSizeFor = (length: number): number =>
  Math.max(8 * MIB, Math.ceil(length / MAX_PARTS / MIB) * MIB)

/** Bytes. Of larger parts, which only uploads of more than 640 GiB have, two would be too much memory. */
const HELD_TWICE = 64 * MIB

/** Parts that a request may hold in memory: one that is being sent, and the next, which fills meanwhile. */
export const heldParts = (partSize: number): number => (partSize <= HELD_TWICE ? 2 : 1)

/** Bytes of memory that a request takes. */
export const partMemory = (partSize: number): number => heldParts(partSize) * partSize

/** An upload that arrives in parts. */
interface InParts {
  part_size: number
  upload_length: number | null
}

/** How many parts an upload has. */
export const countParts = ({ part_size, upload_length }: InParts): number =>
  Math.ceil((upload_length ?? 0) / part_size)

/** Bytes of a part; part numbers start at 1. */
export const sizeOfPart = ({ part_size, upload_length }: InParts, number: number): number =>
  Math.min(part_size, (upload_length ?? 0) - (number - 1) * part_size)
