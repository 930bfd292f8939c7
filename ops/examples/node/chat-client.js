/**
 * Asks the chat worker over RabbitMQ and reads the answer while it is made.
 *
 *     const chat = await ChatClient.connect('amqp://localhost');
 *     for await (const piece of chat.ask('Why is the sky blue?')) process.stdout.write(piece.content);
 *     await chat.close();
 *
 * The loop ends by itself only when the answer is complete; otherwise it throws a ChatError. Copy this file into your
 * service: it needs amqplib and the permissions of the broker user `publisher`, and declares only server-named queues.
 */
import { randomUUID } from 'node:crypto';
import { EventEmitter, on } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import amqp from 'amqplib';

const EVENTS = new Set(['started', 'waiting', 'chunk', 'tool_call', 'tool_result']);
const TERMINAL_EVENTS = new Set(['completed', 'failed', 'cancelled']);
const ID = /^[A-Za-z0-9_-]{1,64}$/;

const BROKER_TIMEOUT = 10_000; // ms to connect, and for the broker to take a message
const UNREAD = 100; // events that may lie here unread; more wait in the broker

/** The request was not sent, or its answer is not complete. */
export class ChatError extends Error {
  get name() {
    return this.constructor.name;
  }
}

/** The broker did not take the request: there is no queue for it, or the queue is full. */
export class NotTaken extends ChatError {}

/** The events that follow are lost to this client; the worker goes on. Ask again under a new id. */
export class ConnectionLost extends ChatError {}

/** The time was up. The request is cancelled. */
export class AnswerTimeout extends ChatError {}

/** The worker ended the request with `failed`. What it said before is the answer's `text`. */
export class RequestFailed extends ChatError {
  constructor({ error, retryable }) {
    super(`${error.code}: ${error.message}`);
    Object.assign(this, { code: error.code, details: error.details, retryable });
  }
}

/** The request was cancelled. What the worker said before is the answer's `text`. */
export class RequestCancelled extends ChatError {
  constructor({ reason }) {
    super(`cancelled: ${reason}`);
    this.reason = reason;
  }
}

/** What to append to the answer shown so far; where `restart`, take back all of that first. */
const piece = ({ content, thinking, tool_calls }, restart = false) => ({
  content: content ?? '',
  thinking: thinking ?? '',
  toolCalls: tool_calls ?? [],
  restart,
});

/** Makes one answer of a request's events, by the three rules in chat-contracts/README.md ("How to consume"). */
export class AnswerAssembler {
  text = '';
  thinking = '';
  toolCalls = [];
  restarts = 0; // how often a higher attempt took the place of a lower one
  outcome; // 'completed', 'failed' or 'cancelled'; undefined until settled
  terminal; // the event that settled the request
  #attempt = -1;
  #run;
  #next = 0;
  #gap = false;

  /** Takes the next event and returns what it adds; undefined where it adds nothing. */
  accept(event, body) {
    if (this.outcome) return undefined; // rule 1: settled
    if (TERMINAL_EVENTS.has(event)) return this.#settle(event, body);
    const { attempt, run } = body;
    if (!EVENTS.has(event) || attempt < this.#attempt || (attempt === this.#attempt && run !== this.#run)) {
      return undefined; // rule 2: an earlier attempt, or the same by somebody else; and events yet unknown
    }
    const restart = attempt > this.#attempt && this.#follow(attempt, run);
    if (event === 'chunk' && this.#inOrder(body.sequence)) return this.#add(piece(body, restart));
    return restart ? piece({}, true) : undefined;
  }

  #follow(attempt, run) {
    const replaces = this.#attempt !== -1;
    this.#attempt = attempt;
    this.#run = run;
    this.#next = 0;
    this.#gap = false;
    this.#clear();
    if (replaces) this.restarts++;
    return replaces;
  }

  /** Rule 3: a sequence seen before is ignored; after a gap the text comes with the terminal event. */
  #inOrder(sequence) {
    if (sequence < this.#next) return false;
    this.#gap ||= sequence > this.#next;
    this.#next = sequence + 1;
    return !this.#gap;
  }

  #settle(event, body) {
    this.outcome = event;
    this.terminal = body;
    const said = body.message ?? body.partial;
    if (!said && body.attempt === this.#attempt && body.run === this.#run) {
      return undefined; // too large for an event, or nothing was said: what came in chunks of this very run stands
    }
    const whole = piece(said ?? {});
    const calls = this.toolCalls.length;
    if (
      whole.content.startsWith(this.text) &&
      whole.thinking.startsWith(this.thinking) &&
      isDeepStrictEqual(whole.toolCalls.slice(0, calls), this.toolCalls)
    ) {
      return this.#add({
        content: whole.content.slice(this.text.length),
        thinking: whole.thinking.slice(this.thinking.length),
        toolCalls: whole.toolCalls.slice(calls),
        restart: false,
      });
    }
    this.#clear();
    return this.#add({ ...whole, restart: true });
  }

  #add(next) {
    this.text += next.content;
    this.thinking += next.thinking;
    this.toolCalls.push(...next.toolCalls);
    return next.restart || next.content || next.thinking || next.toolCalls.length ? next : undefined;
  }

  #clear() {
    this.text = '';
    this.thinking = '';
    this.toolCalls = [];
  }
}

/** An answer on its way: its first iteration sends the request, leaving that early cancels it. */
export class Answer extends AnswerAssembler {
  requestId;
  lastEvent; // the latest event's name, with its reason where it has one
  #chat;
  #request;
  #timeout;
  #signal;

  constructor(chat, request, { timeout = 300_000, signal } = {}) {
    super();
    this.requestId = request.request_id ?? randomUUID();
    if (!ID.test(this.requestId)) {
      throw new TypeError(`a request id is 1 to 64 of A-Z a-z 0-9 _ -, not ${this.requestId}`);
    }
    this.#chat = chat;
    this.#request = request;
    this.#timeout = timeout;
    this.#signal = signal;
  }

  /** Stops the request; its `cancelled` event then ends the answer. False where no worker listens. */
  cancel() {
    return this.#chat.cancel(this.requestId);
  }

  /** Reads to the end, for those who do not show the answer while it is made; the whole text. */
  async read() {
    for await (const _ of this);
    return this.text;
  }

  async *[Symbol.asyncIterator]() {
    this.#signal?.throwIfAborted();
    const ends = AbortSignal.timeout(this.#timeout);
    // A channel of its own: whatever goes wrong with this request leaves the others alone.
    const channel = await this.#chat.channel();
    let sent = false;
    try {
      const messages = await this.#listen(channel, this.#signal ? AbortSignal.any([ends, this.#signal]) : ends);
      await this.#send(channel);
      sent = true;
      for await (const [message] of messages) {
        try {
          channel.ack(message);
        } catch {
          // The connection is lost: the next turn says so.
        }
        const next = this.#read(message);
        if (next) yield next;
        if (this.outcome) break;
      }
      this.#throwUnlessComplete();
    } catch (error) {
      if (error.code === 404) {
        throw new NotTaken(`Nothing is set up in this namespace; has a worker ever run? (${error.message})`);
      }
      if (error.name !== 'AbortError') throw error;
      this.#signal?.throwIfAborted();
      throw new AnswerTimeout(await this.#giveUp());
    } finally {
      if (sent && !this.outcome) await this.cancel().catch(() => {});
      await channel.close().catch(() => {});
    }
  }

  /** Bound before the request goes out, so that none of its events is missed. */
  async #listen(channel, signal) {
    const inbox = new EventEmitter();
    const lost = () => {
      const seen = this.lastEvent ?? 'nothing';
      inbox.emit('error', new ConnectionLost(`The connection to the broker was lost; last seen: ${seen}.`));
    };
    inbox.on('error', () => {}); // until somebody reads
    channel.on('close', lost);
    const messages = on(inbox, 'message', { signal });
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
    for (const exchange of ['chunks', 'completions']) {
      await channel.bindQueue(queue, this.#chat.name(exchange), `*.${this.requestId}.*`);
    }
    await channel.prefetch(UNREAD);
    await channel.consume(queue, (message) => (message ? inbox.emit('message', message) : lost()));
    return messages;
  }

  async #send(channel) {
    const now = Date.now();
    const request = {
      sent_at: new Date(now).toISOString(),
      deadline: new Date(now + this.#timeout).toISOString(),
      ...this.#request,
      request_id: this.requestId,
    };
    const key = String(request.model ?? 'any');
    const properties = { messageId: this.requestId };
    const routed = await this.#chat.publish(channel, 'requests', key, 'chat.request', request, properties);
    if (!routed) throw new NotTaken('No queue takes this request; has a worker ever run here?');
  }

  #read(message) {
    const event = (message.properties.type ?? '').replace(/^chat\./, '');
    const body = JSON.parse(message.content.toString());
    this.lastEvent = body.reason ? `${event} (${body.reason})` : event;
    return this.accept(event, body);
  }

  #throwUnlessComplete() {
    if (this.outcome === 'failed') throw new RequestFailed(this.terminal);
    if (this.outcome !== 'cancelled') return;
    if (this.terminal.reason === 'deadline_exceeded') throw new AnswerTimeout('The deadline passed.');
    throw new RequestCancelled(this.terminal);
  }

  async #giveUp() {
    const seen = this.lastEvent ? `last seen: ${this.lastEvent}` : 'no event of the request was seen';
    return `The time is up; ${seen}${(await this.cancel()) ? '' : ', and no worker listens'}.`;
  }
}

/** One connection, on which any number of questions may be asked at once. */
export class ChatClient {
  #connection;
  #namespace;

  constructor(connection, namespace) {
    this.#connection = connection;
    this.#namespace = namespace;
    connection.on('error', () => {}); // each answer tells of it
  }

  static async connect(uri = 'amqp://localhost', { namespace = 'chat' } = {}) {
    return new ChatClient(await amqp.connect(uri, { timeout: BROKER_TIMEOUT }), namespace);
  }

  close() {
    return this.#connection.close();
  }

  /**
   * Asks a question, or a whole request as the contract has it.
   *
   * @param {string | object} request
   * @param {{timeout?: number, signal?: AbortSignal}} [options] `timeout` in ms is the request's deadline too
   */
  ask(request, options) {
    return new Answer(this, typeof request === 'string' ? { message: request } : request, options);
  }

  /** Stops a request, whoever sent it. False where no worker listens. */
  cancel(requestId) {
    return this.command('chat.cancel', { request_id: requestId });
  }

  /** Whether any worker hears commands now. Without one a request waits in the queue until its deadline. */
  listening() {
    return this.command('chat.describe', {});
  }

  /** Tells all workers; false where there is none. */
  async command(type, body) {
    const channel = await this.channel();
    try {
      return await this.publish(channel, 'control', '', type, body);
    } catch (error) {
      if (error.code === 404) return false;
      throw error;
    } finally {
      await channel.close().catch(() => {});
    }
  }

  /** The full name of an exchange. */
  name(exchange) {
    return `${this.#namespace}.${exchange}`;
  }

  async channel() {
    const channel = await this.#connection.createConfirmChannel().catch((error) => {
      throw new ConnectionLost(`The connection to the broker is closed: ${error.message}`);
    });
    channel.on('error', (error) => (channel.failure = error)); // why the broker closed it
    return channel;
  }

  /** Waits until the broker has taken a message; false where no queue is bound for it. */
  async publish(channel, exchange, key, type, body, properties = {}) {
    let routed = true;
    channel.once('return', () => (routed = false)); // comes before the confirm
    const options = { mandatory: true, persistent: true, contentType: 'application/json', type, ...properties };
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new NotTaken('The broker does not answer.')), BROKER_TIMEOUT);
      channel.publish(this.name(exchange), key, Buffer.from(JSON.stringify(body)), options, (error) => {
        clearTimeout(timer);
        const declined = () => new NotTaken(`The broker declined the request: its queue is full (${error.message}).`);
        if (error) reject(channel.failure ?? declined());
        else resolve();
      });
    });
    return routed;
  }
}
