@NullMarked
package io.chatworker.cli.view;

import org.jspecify.annotations.NullMarked;
