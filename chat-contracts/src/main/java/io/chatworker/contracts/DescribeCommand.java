package io.chatworker.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Asks every worker what it is and can; published to {@link Topology#control()} with the AMQP property
 * {@code reply_to}, to which each worker sends a {@link Description}. The body is an empty object.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DescribeCommand() {}
