package io.chatworker.worker.ollama;

import okhttp3.HttpUrl;
import okhttp3.Response;

/** What an operator is to do about a redirect, which the worker never follows. */
final class Redirect {

    private static final int READABLE = 200;

    private Redirect() {}

    /**
     * Words to follow "it answered 3xx"; empty where the answer names no address.
     *
     * @param path what was asked for: an address that ends with it is Ollama's, elsewhere
     */
    static String advice(Response response, String path) {
        String location = response.header("Location");
        if (response.code() < 300 || response.code() > 399 || location == null) {
            return "";
        }
        HttpUrl target = response.request().url().resolve(location);
        if (target == null) {
            return "";
        }
        // A query may carry tokens, and the name before a host a password.
        String address = target.newBuilder()
                .username("")
                .password("")
                .query(null)
                .fragment(null)
                .build()
                .toString();
        String suffix = "/" + path;
        return address.endsWith(suffix)
                ? ": set OLLAMA_HOST to " + shown(address.substring(0, address.length() - suffix.length()))
                : ": it redirects to " + shown(address)
                        + ", so something before Ollama takes the question: check OLLAMA_HOST and OLLAMA_HEADERS";
    }

    private static String shown(String address) {
        return address.length() <= READABLE ? address : address.substring(0, READABLE) + "…";
    }
}
