/** Connections to RabbitMQ that come back when lost, and the topology. */
@NullMarked
package io.chatworker.worker.broker;

import org.jspecify.annotations.NullMarked;
