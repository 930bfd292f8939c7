package io.chatworker.worker.faults;

import io.chatworker.worker.testing.ScriptedAnswer;
import java.util.List;
import java.util.Random;

/** What answers in Ollama's place: proxies, gateways, firewalls and login pages. */
final class ForeignPages {

    static final ScriptedAnswer NOT_FOUND = page(404, "<html><title>404 page not found</title></html>");
    static final ScriptedAnswer FORBIDDEN = page(403, "<html>Request blocked by policy</html>");
    static final ScriptedAnswer LOGIN = page(302, "").header("Location", "https://login.example/?next=ollama");
    static final ScriptedAnswer BAD_GATEWAY = page(502, "<html>bad gateway</html>");
    static final ScriptedAnswer GATEWAY_TIMEOUT = page(504, "upstream request timeout");
    static final ScriptedAnswer MAINTENANCE = page(200, "<!doctype html><title>Back soon</title>");

    private static final List<ScriptedAnswer> ALL =
            List.of(NOT_FOUND, FORBIDDEN, LOGIN, BAD_GATEWAY, GATEWAY_TIMEOUT, MAINTENANCE);

    private ForeignPages() {}

    static ScriptedAnswer any(Random random) {
        return ALL.get(random.nextInt(ALL.size()));
    }

    private static ScriptedAnswer page(int status, String body) {
        return ScriptedAnswer.status(status, "text/html", body);
    }
}
