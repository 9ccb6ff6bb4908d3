package io.connectorkit.aws.firehose;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;

/** A delivery stream of its own for a test, and what was delivered: on the endpoint of the tests, or on moto's S3. */
interface DeliveryStream {

    String name();

    AwsOptions aws();

    /** Everything delivered, cut at line feeds. */
    List<byte[]> lines() throws Exception;

    /** Whether it refuses records that hold the word. */
    boolean hasPoison();

    static DeliveryStream create(AwsServers servers, String name) {
        if (AwsServers.elsewhere()) {
            return OnMoto.create(name + "-" + ProcessHandle.current().pid(), servers.firehose());
        }
        servers.ownFirehose().create(name);
        return new OnEndpoint(servers, name);
    }

    static List<byte[]> lines(List<byte[]> delivered) {
        List<byte[]> lines = new ArrayList<>();
        for (byte[] bytes : delivered) {
            new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty())
                    .forEach(line -> lines.add(line.getBytes(StandardCharsets.UTF_8)));
        }
        return lines;
    }

    /** See {@link io.connectorkit.aws.FirehoseEndpoint}. */
    record OnEndpoint(AwsServers servers, String name) implements DeliveryStream {
        @Override
        public AwsOptions aws() {
            return servers.firehose();
        }

        @Override
        public List<byte[]> lines() {
            return DeliveryStream.lines(servers.ownFirehose().records(name));
        }

        @Override
        public boolean hasPoison() {
            return true;
        }
    }

    /** moto delivers each batch at once, as an object in a bucket that anybody may read. */
    record OnMoto(String name, AwsOptions aws, HttpClient http) implements DeliveryStream {
        private static final Pattern KEY = Pattern.compile("<Key>([^<]+)</Key>");

        static OnMoto create(String name, AwsOptions aws) {
            OnMoto stream = new OnMoto(name, aws, HttpClient.newHttpClient());
            stream.send("PUT", "");
            try (FirehoseAsyncClient client = aws.build(FirehoseAsyncClient.builder())) {
                client.createDeliveryStream(request -> request.deliveryStreamName(name)
                                .extendedS3DestinationConfiguration(
                                        s3 -> s3.roleARN("arn:aws:iam::123456789012:role/firehose")
                                                .bucketARN("arn:aws:s3:::" + name)))
                        .join();
            }
            return stream;
        }

        @Override
        public List<byte[]> lines() {
            List<byte[]> objects = new ArrayList<>();
            String from = "";
            while (true) {
                Matcher keys = KEY.matcher(
                        new String(send("GET", "?list-type=2&start-after=" + from), StandardCharsets.UTF_8));
                boolean any = false;
                while (keys.find()) {
                    any = true;
                    from = keys.group(1);
                    objects.add(send("GET", "/" + from));
                }
                if (!any) {
                    return DeliveryStream.lines(objects);
                }
            }
        }

        private byte[] send(String method, String path) {
            try {
                HttpResponse<byte[]> answer = http.send(
                        HttpRequest.newBuilder(URI.create(aws.endpoint() + "/" + name + path))
                                // Looked at, but not checked.
                                .header(
                                        "Authorization",
                                        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request,"
                                                + " SignedHeaders=host, Signature=none")
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() != 200) {
                    throw new IllegalStateException(method + " " + path + ": " + answer.statusCode());
                }
                return answer.body();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean hasPoison() {
            return false;
        }
    }
}
