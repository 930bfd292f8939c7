package io.chatworker.standin;

import io.chatworker.standin.Exchange.Response;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** The status line and headers of a response: the recorded ones, and those of every response. */
final class Head {

    private Head() {}

    static String ofStream(Response response, Request request) {
        var headers = new LinkedHashMap<>(response.headers());
        if (!request.chunks()) {
            headers.remove("Transfer-Encoding");
        }
        return text(response.status(), headers, request);
    }

    static String ofWhole(Response response, Request request, int length) {
        var headers = new LinkedHashMap<>(response.headers());
        headers.put("Content-Length", Integer.toString(length));
        return text(response.status(), headers, request);
    }

    private static String text(int status, Map<String, String> headers, Request request) {
        headers.put("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        if (!request.keepAlive()) {
            headers.put("Connection", "close");
        }
        var head = new StringBuilder("HTTP/1.1 " + status + " " + reason(status) + "\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString();
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 413 -> "Request Entity Too Large";
            case 431 -> "Request Header Fields Too Large";
            default -> "Internal Server Error";
        };
    }
}
