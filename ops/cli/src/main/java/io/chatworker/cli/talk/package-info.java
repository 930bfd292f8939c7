@NullMarked
package io.chatworker.cli.talk;

import org.jspecify.annotations.NullMarked;
