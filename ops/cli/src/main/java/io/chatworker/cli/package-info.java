@NullMarked
package io.chatworker.cli;

import org.jspecify.annotations.NullMarked;
