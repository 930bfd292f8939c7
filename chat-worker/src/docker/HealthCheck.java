import java.net.HttpURLConnection;
import java.net.URI;

/** Exit code 0 when the URL answers 200, else 1: a container's health check where the image has no curl. */
final class HealthCheck {
    public static void main(String[] args) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(args[0]).toURL().openConnection();
            connection.setConnectTimeout(2_000);
            connection.setReadTimeout(5_000);
            int status = connection.getResponseCode();
            var body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
            // Docker keeps the output: `docker inspect` then says why the container is unhealthy.
            System.out.print(body == null ? status : new String(body.readNBytes(4_000)));
            System.exit(status == 200 ? 0 : 1);
        } catch (Exception e) {
            System.out.print(e);
            System.exit(1);
        }
    }
}
