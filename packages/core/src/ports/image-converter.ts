/** Disk formats that can be converted from, and to. */
export const convertibleFormats = ['raw', 'qcow2', 'vmdk', 'vhd', 'vhdx', 'vdi'] as const
export type ConvertibleFormat = (typeof convertibleFormats)[number]

export const conversionFormats = ['raw', 'qcow2', 'vmdk'] as const
export type ConversionFormat = (typeof conversionFormats)[number]

/**
 * Converts disk images from one format to another.
 *
 * The data is a stranger's. Whoever calls has found out that it has the format, and names no other
 * file; an implementation guesses no format, and keeps to its limits whatever the data says.
 */
export interface ImageConverter {
  /**
   * @throws whatever `bytes` throws; nothing was converted then.
   * @throws {InvalidError} when the data cannot be converted within the limits.
   * @throws {UnavailableError} when this machine fails.
   * @throws the reason of the signal when it is aborted.
   */
  convert(conversion: Conversion): Promise<ConvertedImage>
}

export type Conversion = {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly from: ConvertibleFormat
  readonly to: ConversionFormat
  /** Most that the result may take; negative for no limit. */
  readonly limitBytes: number
  readonly signal: AbortSignal
}

/** To be disposed of, which frees its place on the disk. */
export type ConvertedImage = AsyncDisposable & {
  readonly sizeBytes: number
  readonly bytes: AsyncIterable<Uint8Array>
}
