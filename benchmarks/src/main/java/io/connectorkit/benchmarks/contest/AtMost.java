package io.connectorkit.benchmarks.contest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a subject of a JMH class may cost of what {@link Against} names, at each set of parameters. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(AtMost.All.class)
public @interface AtMost {

    /** The method or the value of {@link Against#param} that the bound holds for. */
    String subject();

    double cpu() default Double.POSITIVE_INFINITY;

    double bytes() default Double.POSITIVE_INFINITY;

    /** Who asks. */
    String promise();

    /** Several of them. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface All {
        AtMost[] value();
    }
}
