// Parses text/event-stream by the HTML standard ("Interpreting an event stream"), in chunks of any size.

const LINE_END = /\r\n|\n|\r/g;

export class SseParser {
  /**
   * @param on callbacks: event({type, data, lastEventId}), and optionally retry(ms)
   */
  constructor(on) {
    Object.assign(this, { on, decoder: new TextDecoder(), rest: '', afterCr: false });
    Object.assign(this, { type: '', data: '', lastEventId: '', idOfBlock: '' });
  }

  /** Parses the next bytes. An incomplete event at the end of the stream is dropped. */
  push(bytes) {
    let text = this.decoder.decode(bytes, { stream: true }); // drops a byte order mark at the start
    if (text === '') return;
    // A line that ended in CR was taken at once; its LF may be in the next chunk.
    if (this.afterCr && text[0] === '\n') text = text.slice(1);
    this.afterCr = text === '' ? false : text.endsWith('\r');
    LINE_END.lastIndex = this.rest.length;
    text = this.rest + text;
    let start = 0;
    for (let end = LINE_END.exec(text); end; end = LINE_END.exec(text)) {
      const line = text.slice(start, end.index);
      start = LINE_END.lastIndex;
      const resume = start; // a callback may parse another stream with the same expression
      this.line(line);
      LINE_END.lastIndex = resume;
    }
    this.rest = text.slice(start);
  }

  line(line) {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.data += `${value}\n`;
    else if (field === 'event') this.type = value;
    else if (field === 'id' && !value.includes('\0')) this.idOfBlock = value;
    else if (field === 'retry' && /^[0-9]+$/.test(value)) this.on.retry?.(Number(value));
  }

  dispatch() {
    this.lastEventId = this.idOfBlock;
    const { type, data, lastEventId } = this;
    this.type = this.data = '';
    if (data !== '') this.on.event({ type: type || 'message', data: data.slice(0, -1), lastEventId });
  }
}
