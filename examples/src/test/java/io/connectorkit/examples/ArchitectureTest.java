package io.connectorkit.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.streaming.api.functions.async.AsyncFunction;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.functions.AsyncLookupFunction;
import org.junit.jupiter.api.Test;

/** The few rules that hold the modules together; docs/adr says why. */
class ArchitectureTest {

    private static final String ROOT = "io.connectorkit";

    private static final JavaClasses KIT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/examples/") && !location.contains("-tests.jar"))
            .importPackages(ROOT);

    @Test
    void thereIsOneWriterOneLookupFunctionAndOneTableSink() {
        assertThat(implementations(SinkWriter.class)).containsExactly("BatchWriter", "NestedWriter");
        assertThat(implementations(AsyncFunction.class)).containsExactly("AsyncLookup");
        assertThat(implementations(AsyncLookupFunction.class)).containsExactly("RowLookup");
        assertThat(implementations(DynamicTableSink.class)).containsExactly("SinkTable");
    }

    private static List<String> implementations(Class<?> type) {
        return KIT.stream()
                .filter(found -> found.isAssignableTo(type) && !found.isInterface())
                .map(found -> found.getName().substring(found.getPackageName().length() + 1))
                .sorted()
                .toList();
    }

    @Test
    void connectorsDoNotKnowOneAnother() {
        List<String> connectors =
                List.of(ROOT + ".aws..", ROOT + ".elasticsearch..", ROOT + ".mongodb..", ROOT + ".jdbc..");
        for (String connector : connectors) {
            noClasses()
                    .that()
                    .resideInAPackage(connector)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(connectors.stream()
                            .filter(other -> !other.equals(connector))
                            .toArray(String[]::new))
                    .check(KIT);
        }
    }

    @Test
    void theCoreKnowsNoConnectorAndNoDriver() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + ".change..",
                        ROOT + ".failure..",
                        ROOT + ".sink..",
                        ROOT + ".lookup..",
                        ROOT + ".operator..",
                        ROOT + ".table..",
                        ROOT + ".doctor..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".aws..",
                        ROOT + ".elasticsearch..",
                        ROOT + ".mongodb..",
                        ROOT + ".jdbc..",
                        "software.amazon..",
                        "co.elastic..",
                        "com.mongodb..",
                        "java.sql..")
                .check(KIT);
    }

    @Test
    void wordsDependOnNothingButThemselves() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".change..")
                .should()
                .onlyDependOnClassesThat(are(resideInAPackage(ROOT + ".change.."))
                        .or(resideInAPackage("java.."))
                        .or(resideInAPackage("org.apache.flink.."))
                        .or(resideInAPackage("org.jspecify..")))
                .check(KIT);
    }

    @Test
    void nothingSleepsOrEndsTheJvm() {
        noClasses()
                .that(are(assignableTo(Object.class)))
                .and()
                .doNotHaveFullyQualifiedName(ROOT + ".doctor.Doctor")
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(KIT);
    }

    @Test
    void theRulesLookAtTheWholeKit() {
        assertThat(KIT.stream().map(JavaClass::getPackageName).distinct())
                .contains(
                        ROOT + ".sink",
                        ROOT + ".aws.shard",
                        ROOT + ".elasticsearch",
                        ROOT + ".jdbc",
                        ROOT + ".mongodb");
    }
}
