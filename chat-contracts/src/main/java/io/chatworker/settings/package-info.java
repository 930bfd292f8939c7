/** How values of environment variables are spelled, for every program that reads the same ones as the worker. */
@NullMarked
package io.chatworker.settings;

import org.jspecify.annotations.NullMarked;
