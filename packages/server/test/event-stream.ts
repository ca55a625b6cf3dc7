/** A stream of events as a client reads it: line by line, as the text of the standard has it. */

export type Message = { readonly id: string; readonly data: string }

/** What the stream says, message by message; those without data carry only their id. */
export async function* readStream(answer: Response): AsyncGenerator<Message, void, undefined> {
  if (answer.body === null) return
  let text = ''
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    text += piece
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const lines = block.split('\n')
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? ''
      yield { id: field('id'), data: field('data') }
    }
  }
}
