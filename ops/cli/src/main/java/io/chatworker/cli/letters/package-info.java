@NullMarked
package io.chatworker.cli.letters;

import org.jspecify.annotations.NullMarked;
