/** A web service of a team that puts the worker behind an API of its own: a page, an answer as server-sent events. */
@NullMarked
package io.chatworker.examples.web;

import org.jspecify.annotations.NullMarked;
