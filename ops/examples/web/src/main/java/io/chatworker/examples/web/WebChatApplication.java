package io.chatworker.examples.web;

import io.chatworker.client.ChatClient;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Connects by the variables that the worker reads, {@code RABBITMQ_URI} first, and serves the page on {@code server.port}. */
@SpringBootApplication
@EnableScheduling
class WebChatApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(WebChatApplication.class, arguments);
    }

    @Bean(destroyMethod = "close")
    ChatClient chatClient() {
        return ChatClient.connect();
    }
}
