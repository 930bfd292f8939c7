"""The golden event sequences, and the service against a real worker where RABBITMQ_URI names its broker.

RABBITMQ_URI_NO_WORKER and RABBITMQ_URI_NO_QUEUE name places where nobody works, and where no queue takes requests.
"""

import asyncio
import json
import os
import subprocess
import sys
import unittest
import uuid
from pathlib import Path

from faststream.rabbit import TestRabbitBroker

from chat_client import RequestCancelled, RequestFailed
from service import REPLIES, Pending, ask, broker, cancel, pending

SEQUENCES = Path(__file__).resolve().parents[3] / "chat-contracts/src/main/resources/sequences/v1"
QUESTION = "Why is the sky blue?"


class Handler(unittest.IsolatedAsyncioTestCase):
    async def test_every_golden_sequence_gives_its_result(self):
        files = sorted(SEQUENCES.glob("*.json"))
        self.assertGreater(len(files), 20)
        async with TestRabbitBroker(broker) as test_broker:
            for file in files:
                with self.subTest(file.stem):
                    sequence = json.loads(file.read_text(encoding="utf-8"))
                    shown = []

                    def show(piece, shown=shown):
                        if piece.restart:
                            shown.clear()
                        shown.append(piece.content)

                    asked = sequence["events"][0]["body"]["request_id"]
                    answer = pending[asked] = Pending(show)
                    for event in sequence["events"]:
                        await test_broker.publish(event["body"], REPLIES, message_type=f"chat.{event['event']}")
                    expected = sequence["expect"]
                    self.assertEqual("".join(shown), expected["text"])
                    self.assertEqual(answer.text, expected["text"])
                    self.assertEqual(answer.outcome, expected["outcome"])
                    self.assertEqual(answer.restarts, expected["restarts"])
                    self.assertEqual(answer.settled.is_set(), expected["outcome"] is not None)
        pending.clear()


class Live(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        if not os.environ.get("RABBITMQ_URI"):
            self.skipTest("RABBITMQ_URI is not set")
        self.pieces = []
        await broker.start()
        self.addAsyncCleanup(broker.stop)

    async def test_streams_the_answer(self):
        answer = await ask(QUESTION, self.pieces.append)
        self.assertGreater(len(self.pieces), 1)
        self.assertEqual("".join(piece.content for piece in self.pieces), answer.text)
        self.assertEqual(answer.terminal["message"]["content"], answer.text)
        self.assertEqual(pending, {})

    async def test_a_whole_request_carries_the_conversation_and_an_id_of_the_callers(self):
        first = await ask({"message": QUESTION, "metadata": {"user": "u1"}}, self.pieces.append)
        self.assertEqual(first.terminal["metadata"], {"user": "u1"})
        request = {"request_id": uuid.uuid4().hex, "message": "Thanks.", "messages": first.terminal["history"]}
        second = await ask(request, self.pieces.append)
        self.assertEqual(second.terminal["request_id"], request["request_id"])
        said = [turn.get("content") for turn in second.terminal["history"]]
        self.assertEqual(said[:3], [QUESTION, first.text, "Thanks."])

    async def test_a_failure_is_raised_with_its_code(self):
        with self.assertRaises(RequestFailed) as failed:
            await ask("", self.pieces.append)
        self.assertEqual(failed.exception.code, "invalid_request")

    async def test_a_cancelled_answer_is_a_beginning(self):
        stops = []

        def show(piece):
            self.pieces.append(piece)
            if not stops:
                stops.append(asyncio.create_task(cancel(next(iter(pending)))))

        with self.assertRaises(RequestCancelled):
            await ask(QUESTION, show)
        self.assertTrue(await stops[0])
        self.assertTrue(self.pieces)

    async def test_an_answer_goes_on_after_a_lost_connection(self):
        again = []
        broker._connection.reconnect_callbacks.add(lambda *_: again.append(True))

        def show(piece):
            self.pieces.append(piece)
            if len(self.pieces) == 1:
                broker._connection.transport.connection._reader_task.cancel()  # as a socket that breaks

        answer = await ask(QUESTION, show, timeout=30)
        self.assertTrue(again)
        self.assertEqual("".join(piece.content for piece in self.pieces), answer.text)
        self.assertEqual(answer.terminal["attempt"], 1)


class Program(unittest.TestCase):
    """The service where nobody works, and where no queue takes requests; it has its broker from the environment."""

    def run_at(self, variable, *arguments):
        uri = os.environ.get(variable)
        if not uri:
            self.skipTest(f"{variable} is not set")
        return subprocess.run(
            [sys.executable, "ask.py", *arguments, QUESTION],
            env={**os.environ, "RABBITMQ_URI": uri},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def test_says_that_the_time_is_up(self):
        ended = self.run_at("RABBITMQ_URI_NO_WORKER", "--timeout", "0.5")
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        self.assertIn("The time is up", ended.stderr)

    def test_says_that_no_queue_takes_a_request(self):
        ended = self.run_at("RABBITMQ_URI_NO_QUEUE")
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        self.assertIn("No queue takes this request", ended.stderr)


if __name__ == "__main__":
    unittest.main()
