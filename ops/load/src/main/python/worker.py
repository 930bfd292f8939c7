"""A chat worker on FastStream and Ollama's own client, as a Python team writes it in a day: ops/bench compares with it.

It reads the worker's variables; the management port answers as soon as it takes requests.
"""

import asyncio
import os

from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, ExchangeType, QueueType, RabbitBroker, RabbitExchange, RabbitQueue
from ollama import AsyncClient

NAMESPACE = os.environ.get("CHAT_NAMESPACE", "chat")
CONCURRENCY = int(os.environ.get("CHAT_CONCURRENCY", "1"))
MANAGEMENT_PORT = int(os.environ.get("MANAGEMENT_PORT", "8081"))


def exchange(name: str) -> RabbitExchange:
    return RabbitExchange(f"{NAMESPACE}.{name}", type=ExchangeType.TOPIC, durable=True)


REQUESTS, CHUNKS, COMPLETIONS = exchange("requests"), exchange("chunks"), exchange("completions")
QUEUE = RabbitQueue(f"{NAMESPACE}.requests", durable=True, routing_key="#", queue_type=QueueType.QUORUM)

broker = RabbitBroker(
    os.environ.get("RABBITMQ_URI", "amqp://guest:guest@localhost:5672"),
    default_channel=Channel(prefetch_count=CONCURRENCY),
    logger=None,
)
app = FastStream(broker, logger=None)
ollama = AsyncClient()


@broker.subscriber(QUEUE, REQUESTS, ack_policy=AckPolicy.REJECT_ON_ERROR)
async def answer(request: dict) -> None:
    event = {
        "request_id": request["request_id"],
        "conversation_id": request["conversation_id"],
        "attempt": 1,
        "run": "00000000",
    }
    key = f"{request['conversation_id']}.{request['request_id']}"
    messages = [*request.get("messages", []), {"role": "user", "content": request["message"]}]
    text = ""
    sequence = 0
    async for part in await ollama.chat(model="load", messages=messages, stream=True):
        content = part.message.content
        if content:
            text += content
            await broker.publish(
                event | {"sequence": sequence, "content": content},
                exchange=CHUNKS,
                routing_key=f"{key}.chunk",
                message_type="chat.chunk",
                correlation_id=request["request_id"],
            )
            sequence += 1
    await broker.publish(
        event | {"chunks": sequence, "message": {"role": "assistant", "content": text}},
        exchange=COMPLETIONS,
        routing_key=f"{key}.completed",
        message_type="chat.completed",
        correlation_id=request["request_id"],
        persist=True,
    )


async def ready(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    await writer.drain()
    writer.close()


@app.after_startup
async def manage() -> None:
    await asyncio.start_server(ready, "127.0.0.1", MANAGEMENT_PORT)


if __name__ == "__main__":
    asyncio.run(app.run())
