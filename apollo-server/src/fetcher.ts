/** Headers as data sources read and write them. */
export interface DataSourceHeaders extends Iterable<[string, string]> {
  append(name: string, value: string): void;
  delete(name: string): void;
  get(name: string): string | null;
  has(name: string): boolean;
  set(name: string, value: string): void;
  entries(): Iterator<[string, string]>;
  keys(): Iterator<string>;
  values(): Iterator<string>;
  [Symbol.iterator](): Iterator<[string, string]>;
}

/** What a fetcher is told besides the address. */
export interface FetcherRequest {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** What a fetcher gives: as much of the Response of the fetch standard as a data source looks at. */
export interface FetcherResponse {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  readonly headers: DataSourceHeaders;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

/** Sends one request over HTTP. */
export type Fetcher = (url: string, request?: FetcherRequest) => Promise<FetcherResponse>;
