"""A FastStream service that asks the chat worker, where it used to call Ollama itself.

Each replica has its own queue and names it in `reply_to`, so it needs no bindings and sees only its own events. The
queue outlives a lost connection, so an answer continues once FastStream has reconnected, and expires after the replica.
"""

import asyncio
import logging
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone

from aio_pika.exceptions import DeliveryError
from faststream import FastStream
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitMessage, RabbitQueue

from chat_client import AnswerAssembler, AnswerTimeout, NotTaken, Piece, RequestCancelled, RequestFailed

NAMESPACE = os.environ.get("CHAT_NAMESPACE") or "chat"
REPLIES = RabbitQueue(
    f"{NAMESPACE}.replies.{uuid.uuid4().hex}", durable=True, arguments={"x-expires": 300_000, "x-max-length": 100_000}
)
REQUESTS = RabbitExchange(f"{NAMESPACE}.requests", type=ExchangeType.TOPIC, declare=False)
CONTROL = RabbitExchange(f"{NAMESPACE}.control", type=ExchangeType.FANOUT, declare=False)

broker = RabbitBroker(
    os.environ.get("RABBITMQ_URI") or "amqp://localhost",
    # One event at a time: FastStream handles all prefetched events concurrently, which reorders them.
    default_channel=Channel(prefetch_count=1, on_return_raises=True),
    log_level=logging.DEBUG,  # for its two lines about each event
)
app = FastStream(broker)


class Pending(AnswerAssembler):
    """An answer on its way."""

    def __init__(self, show: Callable[[Piece], None]):
        super().__init__()
        self.show = show
        self.settled = asyncio.Event()


pending: dict[str, Pending] = {}


@broker.subscriber(REPLIES)
async def on_event(event: dict, message: RabbitMessage) -> None:
    answer = pending.get(event.get("request_id", ""))
    if answer is None:
        return  # somebody gave up on it
    piece = answer.accept((message.raw_message.type or "").removeprefix("chat."), event)
    if piece is not None:
        answer.show(piece)
    if answer.outcome is not None:
        answer.settled.set()


async def ask(
    question: str | dict, show: Callable[[Piece], None] = lambda piece: None, timeout: float = 300
) -> AnswerAssembler:
    """Asks with a text or a whole request as the contract has it, hands each piece on and returns the complete answer.

    Its `terminal` event has the `history` for the next question. Give the request a `request_id` to `cancel` it by.
    Raises what chat_client raises.
    """
    ends = datetime.now(timezone.utc) + timedelta(seconds=timeout)
    request = {
        "request_id": uuid.uuid4().hex,
        "deadline": ends.isoformat(timespec="milliseconds"),
        **({"message": question} if isinstance(question, str) else question),
    }
    request_id = request["request_id"]
    answer = pending[request_id] = Pending(show)
    listens = True
    try:
        await publish(REQUESTS, "chat.request", request, reply_to=REPLIES.name)
        await asyncio.wait_for(answer.settled.wait(), timeout)
    except DeliveryError as error:
        raise NotTaken(f"No queue takes this request, or it is full: {error}") from None
    except asyncio.TimeoutError:
        listens = await cancel(request_id)
        raise AnswerTimeout(f"The time is up{'' if listens else ', and no worker listens'}.") from None
    finally:
        del pending[request_id]
        if answer.outcome is None and listens:
            with suppress(Exception):  # its deadline ends it too
                await cancel(request_id)
    if answer.outcome == "failed":
        raise RequestFailed(answer.terminal)
    if answer.outcome == "cancelled":
        cancelled = RequestCancelled(answer.terminal)
        raise AnswerTimeout("The deadline passed.") if cancelled.reason == "deadline_exceeded" else cancelled
    return answer


async def cancel(request_id: str) -> bool:
    """Stops a request; False where no worker listens."""
    try:
        await publish(CONTROL, "chat.cancel", {"request_id": request_id})
        return True
    except DeliveryError:
        return False


async def publish(exchange: RabbitExchange, kind: str, body: dict, reply_to: str | None = None) -> None:
    await broker.publish(
        body,
        exchange=exchange,
        routing_key="any",
        message_type=kind,
        message_id=body["request_id"],
        reply_to=reply_to,
        persist=True,
        mandatory=True,
        timeout=10,
    )
