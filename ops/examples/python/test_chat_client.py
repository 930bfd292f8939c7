"""The golden event sequences, and the client against a real worker where RABBITMQ_URI names its broker.

RABBITMQ_URI_NO_WORKER, RABBITMQ_URI_NO_QUEUE and RABBITMQ_URI_FULL name places where nobody works, where no queue takes
requests, and where the queue is full.
"""

import asyncio
import json
import os
import time
import unittest
from pathlib import Path
from types import SimpleNamespace

import aio_pika
from aio_pika.exceptions import ChannelInvalidStateError

from chat_client import (
    Answer,
    AnswerAssembler,
    AnswerTimeout,
    ChatClient,
    ConnectionLost,
    NotTaken,
    RequestCancelled,
    RequestFailed,
)

SEQUENCES = Path(__file__).resolve().parents[3] / "chat-contracts/src/main/resources/sequences/v1"
QUESTION = "Why is the sky blue?"


class Sequences(unittest.TestCase):
    def test_every_golden_sequence_gives_its_result(self):
        files = sorted(SEQUENCES.glob("*.json"))
        self.assertGreater(len(files), 20)
        for file in files:
            with self.subTest(file.stem):
                sequence = json.loads(file.read_text(encoding="utf-8"))
                expected = sequence["expect"]
                answer, shown, shown_thinking, shown_calls = AnswerAssembler(), "", "", []
                for event in sequence["events"]:
                    piece = answer.accept(event["event"], event["body"])
                    if piece is not None and piece.restart:
                        shown, shown_thinking, shown_calls = "", "", []
                    if piece is not None:
                        shown += piece.content
                        shown_thinking += piece.thinking
                        shown_calls = shown_calls + piece.tool_calls
                    self.assertEqual(shown, answer.text)
                    self.assertEqual(shown_thinking, answer.thinking)
                    self.assertEqual(shown_calls, answer.tool_calls)
                terminal = answer.terminal or {}
                self.assertEqual(answer.outcome, expected["outcome"])
                self.assertEqual(answer.text, expected["text"])
                self.assertEqual(answer.thinking, expected.get("thinking", ""))
                self.assertEqual(answer.tool_calls, expected.get("tool_calls", []))
                self.assertEqual(answer.restarts, expected["restarts"])
                self.assertEqual(terminal.get("error", {}).get("code"), expected.get("code"))
                self.assertEqual(terminal.get("reason"), expected.get("reason"))


class Lost(unittest.IsolatedAsyncioTestCase):
    async def test_a_connection_that_is_lost_before_an_acknowledgement_is_told_as_such(self):
        async def ack():
            raise ChannelInvalidStateError

        chunk = json.dumps({"attempt": 1, "run": "x", "sequence": 0, "content": "Hello"}).encode()
        answer = Answer(None, SimpleNamespace(close_callbacks=set()), "r1", time.monotonic() + 10)
        answer._inbox.put_nowait(SimpleNamespace(type="chat.chunk", body=chunk, ack=ack))
        answer._inbox.put_nowait(None)
        with self.assertRaises(ConnectionLost):
            await answer.read()
        self.assertEqual(answer.text, "Hello")


class Live(unittest.IsolatedAsyncioTestCase):
    async def connect(self, variable="RABBITMQ_URI"):
        uri = os.environ.get(variable)
        if not uri:
            self.skipTest(f"{variable} is not set")
        chat = await ChatClient.connect(uri)
        self.addAsyncCleanup(chat.close)
        return chat

    async def test_streams_the_answer(self):
        chat = await self.connect()
        async with chat.ask(QUESTION) as answer:
            pieces = [piece async for piece in answer]
        self.assertGreater(len(pieces), 1)
        self.assertEqual("".join(piece.content for piece in pieces), answer.text)
        self.assertEqual(answer.terminal["message"]["content"], answer.text)
        self.assertEqual(answer.outcome, "completed")

    async def test_asks_many_questions_at_once(self):
        chat = await self.connect()

        async def ask():
            async with chat.ask({"message": QUESTION, "stream": False}) as answer:
                return [piece.content async for piece in answer], answer.text

        for pieces, text in await asyncio.gather(*(ask() for _ in range(4))):
            self.assertEqual(pieces, [text])

    async def test_a_failure_is_raised_with_its_code(self):
        chat = await self.connect()
        with self.assertRaises(RequestFailed) as failed:
            async with chat.ask("") as answer:
                async for _ in answer:
                    pass
        self.assertEqual(failed.exception.code, "invalid_request")
        self.assertFalse(failed.exception.retryable)
        self.assertEqual(failed.exception.details["problems"][0]["path"], "/message")

    async def test_a_cancelled_answer_is_a_beginning(self):
        chat = await self.connect()
        with self.assertRaises(RequestCancelled) as cancelled:
            async with chat.ask(QUESTION) as answer:
                async for _ in answer:
                    self.assertTrue(await answer.cancel())
        self.assertEqual(cancelled.exception.reason, "cancelled")
        self.assertTrue(answer.text)
        self.assertEqual(answer.terminal["partial"]["content"], answer.text)

    async def test_leaving_early_cancels(self):
        chat = await self.connect()
        watcher = await aio_pika.connect(os.environ["RABBITMQ_URI"])
        self.addAsyncCleanup(watcher.close)
        queue = await (await watcher.channel()).declare_queue(exclusive=True)
        async with chat.ask(QUESTION) as answer:
            await queue.bind("chat.completions", f"*.{answer.request_id}.cancelled")
            async for _ in answer:
                break
        async with queue.iterator(timeout=10) as messages:
            self.assertEqual(json.loads((await anext(messages)).body)["reason"], "cancelled")

    async def test_the_deadline_ends_an_answer_that_takes_too_long(self):
        chat = await self.connect()
        with self.assertRaises(AnswerTimeout):
            async with chat.ask(QUESTION, timeout=0.2) as answer:
                async for _ in answer:
                    pass

    async def test_a_lost_connection_is_an_error(self):
        chat = await self.connect()
        with self.assertRaises(ConnectionLost):
            async with chat.ask(QUESTION) as answer:
                async for _ in answer:
                    await chat._connection.close()

    async def test_an_id_that_is_none_is_not_sent(self):
        chat = await self.connect()
        with self.assertRaises(ValueError):
            async with chat.ask({"request_id": "a.b", "message": QUESTION}):
                pass

    async def test_knows_whether_a_worker_listens(self):
        self.assertTrue(await (await self.connect()).listening())
        self.assertFalse(await (await self.connect("RABBITMQ_URI_NO_WORKER")).listening())

    async def test_says_that_nobody_listens_when_the_time_is_up(self):
        chat = await self.connect("RABBITMQ_URI_NO_WORKER")
        with self.assertRaisesRegex(AnswerTimeout, "no worker listens"):
            async with chat.ask(QUESTION, timeout=0.5) as answer:
                async for _ in answer:
                    pass

    async def test_says_why_a_request_is_not_taken(self):
        for variable, why in (("RABBITMQ_URI_NO_QUEUE", "No queue takes"), ("RABBITMQ_URI_FULL", "its queue is full")):
            chat = await self.connect(variable)
            with self.assertRaisesRegex(NotTaken, why):
                async with chat.ask(QUESTION):
                    pass


if __name__ == "__main__":
    unittest.main()
