/**
 * Reaching the broker as the worker does: which node, with which TLS, and why not. Needs amqp-client, which is an
 * optional dependency of this module.
 */
@NullMarked
package io.chatworker.client;

import org.jspecify.annotations.NullMarked;
