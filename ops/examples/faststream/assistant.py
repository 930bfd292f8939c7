"""A FastStream application as a team would write it: it answers the questions in a queue of its own, by way of the chat
worker, and offers the model a function.

    faststream run assistant:app

RABBITMQ_URI and CHAT_NAMESPACE say where. The user there needs a queue `assistant.questions` of its own, and the rights of
`publisher` and of `tool`.
"""

from faststream.rabbit import Channel, ExchangeType, RabbitExchange, RabbitQueue, RabbitResponse
from pydantic import BaseModel

from chat_client import ChatError
from service import NAMESPACE, app, ask, broker  # noqa: F401: app is what `faststream run` looks for

GET_WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city now",
        "parameters": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
    },
}


class Question(BaseModel):
    text: str
    history: list[dict] = []


class Reply(BaseModel):
    text: str
    history: list[dict]  # for the next question
    error: str | None = None


@broker.subscriber(
    RabbitQueue("assistant.questions", durable=True),
    channel=Channel(prefetch_count=8),  # questions at once
)
async def answer(question: Question) -> RabbitResponse:
    """FastStream sends what it returns to the question's `reply_to`."""
    request = {"message": question.text, "messages": question.history, "tools": [GET_WEATHER], "tool_rounds": 2}
    try:
        whole = await ask(request)
    except ChatError as error:  # the worker has tried what can be tried
        reply = Reply(text="", history=question.history, error=str(error))
    else:
        reply = Reply(text=whole.text, history=whole.terminal["history"])
    # Not mandatory: RabbitMQ before 4 returns direct replies, though it delivers them.
    return RabbitResponse(reply.model_dump(), mandatory=False)


@broker.subscriber(
    RabbitQueue(
        f"{NAMESPACE}.tools.get_weather",
        routing_key="get_weather",
        durable=True,
        auto_delete=True,
        arguments={"x-expires": 60_000, "x-max-length": 1_000},
    ),
    RabbitExchange(f"{NAMESPACE}.tools", type=ExchangeType.TOPIC, declare=False),
    channel=Channel(prefetch_count=4),
)
async def get_weather(call: dict) -> RabbitResponse:
    """Called by the worker when the model asks for it. Whatever goes wrong, the model is told and can do without."""
    try:
        result = {"content": {"city": call["arguments"]["city"], "celsius": 18, "sky": "light rain"}}
    except Exception as error:
        result = {"error": repr(error)}
    return RabbitResponse(result, message_type="chat.tool_result", mandatory=False)
