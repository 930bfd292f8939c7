package io.chatworker.standin;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Calls a stand-in like any other client. */
record Client(HttpClient http, String url) {

    static Client of(StandIn standIn) {
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return new Client(http, standIn.url());
    }

    HttpResponse<String> chat(String body) throws IOException, InterruptedException {
        return send("POST", "/api/chat", body);
    }

    /** Asks a model with a prompt that matches no recorded answer. */
    HttpResponse<String> ask(String model) throws IOException, InterruptedException {
        return chat(question(model, "Hello"));
    }

    JsonNode json(String method, String path, String body) throws IOException, InterruptedException {
        return Json.parse(send(method, path, body).body());
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .method(method, BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(60))
                .build();
        return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    static String question(String model, String prompt) {
        var body = Json.object().put("model", model);
        body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        return Json.write(body);
    }
}
