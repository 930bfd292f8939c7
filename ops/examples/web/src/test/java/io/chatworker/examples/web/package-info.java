@NullMarked
package io.chatworker.examples.web;

import org.jspecify.annotations.NullMarked;
