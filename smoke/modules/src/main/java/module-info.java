/** An application on the module path. */
module com.example {
    requires io.kafscale.processor;
    requires io.kafscale.s3;
    requires io.kafscale.etcd;
    requires io.kafscale.jdbc;
    requires software.amazon.awssdk.services.s3;
    requires software.amazon.awssdk.regions;
}
