/** Where the files of a warehouse are besides its folder. */
export interface WarehouseBucket {
  /** `https://host/bucket` with a prefix behind, if any. */
  readonly url: string;
  readonly region: string;
  readonly credential: BucketCredential;
}

/** Whose bucket it is. */
export interface BucketCredential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const credential = /^(?<id>[^\s:]+):(?<secret>\S+)$/u;

/** Reads `id:secret`; the message of its error never shows one. */
export function parseBucketCredential(text: string): BucketCredential {
  const { id, secret } = credential.exec(text)?.groups ?? {};
  if (id === undefined || secret === undefined)
    throw new TypeError('must be the id of an access key, a colon and its secret');
  return { accessKeyId: id, secretAccessKey: secret };
}
