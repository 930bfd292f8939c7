@NullMarked
package io.chatworker.cli.tools;

import org.jspecify.annotations.NullMarked;
