/** The wire contract of the chat worker, version 1: messages, names and error codes as plain Java. */
@NullMarked
package io.chatworker.contracts;

import org.jspecify.annotations.NullMarked;
