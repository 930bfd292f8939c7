package io.chatworker.standin;

/**
 * An HTTP request.
 *
 * @param path without a query
 * @param chunks whether the client understands chunked bodies, which HTTP/1.0 does not
 * @param keepAlive whether another request may follow on the connection; never with HTTP/1.0
 */
record Request(String method, String path, String body, boolean chunks, boolean keepAlive) {}
