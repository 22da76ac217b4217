package io.kafscale.s3;

import io.kafscale.discovery.ObjectChangedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Says what a failure of the AWS SDK means, where it happened and what to do about it. Only two answers mean that an
 * object is not what was listed: 412, and 404 for the key. All others are failures and leave open what is there.
 *
 * <p>Messages are made of status, error code and request id; the SDK's own text goes along as the cause.
 */
final class S3Failures {

    private final String bucket;
    private final String place;

    S3Failures(S3Client client, String bucket) {
        this.bucket = bucket;
        this.place = place(
                client.serviceClientConfiguration().endpointOverride(),
                client.serviceClientConfiguration().region());
    }

    IOException ofListing(String prefix, Exception failure) {
        return failure("cannot list s3://" + bucket + "/" + prefix, failure, "s3:ListBucket");
    }

    IOException ofReading(String key, Exception failure) {
        String object = "s3://" + bucket + "/" + key;
        if (failure instanceof SdkException answer) {
            if (isConditionFailed(answer)) {
                return new ObjectChangedException(object, "another ETag");
            }
            if (isAbsent(answer)) {
                return new ObjectChangedException(object, "gone");
            }
        }
        return failure("cannot read " + object, failure, "s3:GetObject");
    }

    IOException ofWriting(String key, Exception failure) {
        return failure("cannot write s3://" + bucket + "/" + key, failure, "s3:PutObject");
    }

    IOException ofDeleting(String key, Exception failure) {
        return failure("cannot delete s3://" + bucket + "/" + key, failure, "s3:DeleteObject");
    }

    /** Where the client looks, as in {@code  at http://127.0.0.1:9000}; for the middle of a sentence. */
    String place() {
        return place;
    }

    /** Whether the answer is that there is no object under the key. */
    static boolean isAbsent(SdkException failure) {
        return failure instanceof AwsServiceException answer
                && answer.statusCode() == 404
                && (errorCode(answer).isEmpty() || errorCode(answer).equals("NoSuchKey"));
    }

    /** Whether the answer is that a condition of the request does not hold. */
    static boolean isConditionFailed(SdkException failure) {
        return failure instanceof AwsServiceException answer && answer.statusCode() == 412;
    }

    /** Whether the answer is that the store does not know what the request asks for. */
    static boolean isNotImplemented(SdkException failure) {
        return failure instanceof AwsServiceException answer && answer.statusCode() == 501;
    }

    /** Whether a conditional write was refused because the object is not, or just now is not, what it has to be. */
    static boolean isConflict(SdkException failure) {
        return isConditionFailed(failure)
                || isAbsent(failure)
                || (failure instanceof AwsServiceException answer && answer.statusCode() == 409);
    }

    /** Whether a write that failed so may have been carried out nevertheless: it was not answered, or not clearly. */
    static boolean mayHaveBeenWritten(SdkException failure) {
        return !(failure instanceof AwsServiceException answer) || answer.statusCode() >= 500;
    }

    /** Whether one of the above tells that no answer came, other than one that tells what is wrong. */
    static boolean isSilence(IOException failure) {
        return failure.getCause() instanceof SdkException cause && !(cause instanceof AwsServiceException);
    }

    private IOException failure(String attempt, Exception failure, String permission) {
        String message = attempt + place + ": "
                + (failure instanceof AwsServiceException answer
                        ? explainAnswer(answer, permission)
                        : explainSilence(failure));
        if (isInterruption(failure)) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException(message);
            interrupted.initCause(failure);
            return interrupted;
        }
        return new IOException(message, failure);
    }

    private String explainAnswer(AwsServiceException answer, String permission) {
        String code = errorCode(answer);
        String region = bucketRegion(answer);
        String meaning;
        if (code.equals("NoSuchBucket")) {
            meaning = "there is no bucket " + bucket + "; check its name and the client's endpoint";
        } else if (answer.statusCode() == 301 || code.equals("AuthorizationHeaderMalformed")) {
            meaning = "the bucket is in another region; set the client's region to "
                    + (region == null ? "the bucket's" : region);
        } else if (answer.statusCode() == 403 || answer.statusCode() == 401) {
            meaning = "access denied; check the client's credentials, and that they are allowed " + permission;
        } else if (answer.statusCode() == 503 || answer.isThrottlingException()) {
            meaning = "the store is throttling or unavailable; the request may be repeated after a while";
        } else {
            meaning = "the store refused";
        }
        return meaning + " (" + describe(answer, code) + ")";
    }

    private static String explainSilence(Exception failure) {
        if (isInterruption(failure)) {
            return "interrupted";
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "the endpoint's host name is unknown; check the client's endpoint and region";
            }
            if (cause instanceof ConnectException) {
                return "no connection; check that the endpoint is right and the store runs";
            }
            if (cause instanceof SocketTimeoutException
                    || cause instanceof ApiCallTimeoutException
                    || cause instanceof ApiCallAttemptTimeoutException) {
                return "no answer in time; check the network, or give the client a longer timeout";
            }
        }
        String reason = String.valueOf(failure.getMessage());
        // The SDK then tells at length how each of its six providers failed.
        return reason.startsWith("Unable to load credentials")
                ? "no AWS credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or configure a profile"
                        + " or a role"
                : reason;
    }

    private static boolean isInterruption(Exception failure) {
        boolean timedOut = failure instanceof SocketTimeoutException;
        return failure instanceof AbortedException || (failure instanceof InterruptedIOException && !timedOut);
    }

    private static String describe(SdkServiceException answer, String code) {
        return "HTTP " + answer.statusCode() + (code.isEmpty() ? "" : " " + code)
                + (answer.requestId() == null ? "" : ", request " + answer.requestId());
    }

    private static String errorCode(AwsServiceException answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static @Nullable String bucketRegion(AwsServiceException answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        return details == null || details.sdkHttpResponse() == null
                ? null
                : details.sdkHttpResponse()
                        .firstMatchingHeader("x-amz-bucket-region")
                        .orElse(null);
    }

    /** Where the client looks, without what might be a password in an endpoint's URL. */
    private static String place(Optional<URI> endpoint, @Nullable Region region) {
        if (endpoint.isPresent()) {
            URI uri = endpoint.get();
            return " at " + uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        }
        return region == null ? "" : " in region " + region;
    }
}
