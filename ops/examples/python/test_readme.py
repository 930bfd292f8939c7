"""The snippets of README.md, as they stand and one after the other, where RABBITMQ_URI names a worker's broker.

RABBITMQ_URI_TOOLS names a place where a model calls the page's tool, with the rights that this needs.
"""

import ast
import asyncio
import contextlib
import inspect
import io
import os
import re
import unittest
from pathlib import Path

from chat_client import ChatClient

PAGE = Path(__file__).with_name("README.md").read_text(encoding="utf-8")


def snippets():
    for heading, section in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL):
        for code in re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
            yield heading, code


async def run(code, names):
    """As in `python -m asyncio`, where `await` may stand at the top; what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        running = eval(compile(code, "README.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
        if inspect.isawaitable(running):
            await asyncio.wait_for(running, 60)
    return printed.getvalue().strip()


class Readme(unittest.IsolatedAsyncioTestCase):
    def outcome(self, heading, printed, names):
        """Holds for any model."""
        answer = names.get("answer")
        match heading:
            case "Connect":
                self.assertIsInstance(names["chat"], ChatClient)
            case "Ask, and show the answer while it is made":
                self.assertEqual((answer.outcome, printed), ("completed", answer.text.strip()))
            case "Ask for the whole answer":
                self.assertRegex(printed, r"^[1-9]\d* characters, [1-9]\d* tokens$")
            case "The next turn":
                self.assertEqual(printed, "['user', 'assistant', 'user', 'assistant']")
            case "Stop":
                self.assertIn(printed, ("", f"cancelled after {len(answer.text)} characters"))
                self.assertTrue(answer.outcome == "cancelled" or answer.outcome is None)
            case "Time-outs":
                self.assertRegex(printed, "^The (time is up; |deadline passed)")
            case "Failures":
                self.assertRegex(printed, r"^agent_not_found False \['general'")
            case "Tools":
                text, call = printed.splitlines()
                self.assertIn("18", text)
                self.assertEqual(call, "get_weather {'city': 'Paris'} {'city': 'Paris', 'celsius': 18}")
            case _:
                self.fail(f"nobody knows what '{heading}' shows")

    async def test_each_snippet_does_what_it_says(self):
        for variable in ("RABBITMQ_URI", "RABBITMQ_URI_TOOLS"):
            if not os.environ.get(variable):
                self.skipTest(f"{variable} is not set")
        names = {}
        try:
            for heading, code in snippets():
                if heading == "Tools":
                    await names["chat"].close()
                    names["uri"] = os.environ["RABBITMQ_URI_TOOLS"]
                    names["chat"] = await ChatClient.connect(names["uri"])
                with self.subTest(heading):
                    self.outcome(heading, await run(code, names), names)
        finally:
            for connected in ("chat", "tools"):
                await names[connected].close()


if __name__ == "__main__":
    unittest.main()
