/** Keeps the certificates of people who sign images. */
export interface Certificates {
  /** @returns the certificate in PEM or DER; undefined when there is none of that id, or none at all. */
  find(id: string): Promise<string | Uint8Array | undefined>
}
