@NullMarked
package io.chatworker.standin;

import org.jspecify.annotations.NullMarked;
