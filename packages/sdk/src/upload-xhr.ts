/** Sending a Blob with progress, as only XMLHttpRequest can in browsers. */
import type { Send } from './http.ts'

export function canSendWithXhr(): boolean {
  return typeof XMLHttpRequest === 'function'
}

/** @param report called with the number of bytes that the browser has sent. */
export function sendWithXhr(blob: Blob, report: (sentBytes: number) => void): Send {
  return ({ url, method, headers, signal }) =>
    new Promise<Response>((resolve, reject) => {
      const xhr = new XMLHttpRequest()
      xhr.open(method, url.href)
      for (const [name, value] of headers) xhr.setRequestHeader(name, value)
      const abort = () => xhr.abort()
      xhr.upload.onprogress = ({ loaded }) => report(loaded)
      xhr.onload = () => resolve(responseOf(xhr))
      xhr.onerror = () => reject(new TypeError('the browser gives no reason'))
      xhr.onabort = () => reject(signal?.reason)
      xhr.onloadend = () => signal?.removeEventListener('abort', abort)
      signal?.addEventListener('abort', abort, { once: true })
      if (signal?.aborted) reject(signal.reason)
      else xhr.send(blob)
    })
}

function responseOf(xhr: XMLHttpRequest): Response {
  const headers = new Headers()
  for (const line of xhr
    .getAllResponseHeaders()
    .trim()
    .split(/[\r\n]+/)) {
    const [name, ...value] = line.split(': ')
    if (name) headers.append(name, value.join(': '))
  }
  const { status, statusText } = xhr
  // These statuses may not have a body, not even an empty one.
  const body = [204, 205, 304].includes(status) ? null : xhr.responseText
  return new Response(body, { status, statusText, headers })
}
