package io.connectorkit.jdbc;

import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.factories.CatalogFactory;
import org.apache.flink.table.factories.FactoryUtil;

/** {@code CREATE CATALOG .. WITH ('type' = 'kit-jdbc', 'base-url' = 'jdbc:postgresql://host', 'default-database' = ..)}. */
public final class JdbcCatalogFactory implements CatalogFactory {

    private static final ConfigOption<String> BASE_URL = ConfigOptions.key("base-url")
            .stringType()
            .noDefaultValue()
            .withDescription("JDBC URL of the server, without a database.");
    private static final ConfigOption<String> DEFAULT_DATABASE = ConfigOptions.key("default-database")
            .stringType()
            .noDefaultValue()
            .withDescription("Database that is used when none is named.");

    @Override
    public String factoryIdentifier() {
        return JdbcTableFactory.IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(BASE_URL, DEFAULT_DATABASE);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(JdbcTableKeys.USER, JdbcTableKeys.PASSWORD);
    }

    @Override
    public Catalog createCatalog(Context context) {
        FactoryUtil.CatalogFactoryHelper helper = FactoryUtil.createCatalogFactoryHelper(this, context);
        helper.validate();
        ReadableConfig options = helper.getOptions();
        JdbcConnectionOptions connection = new JdbcConnectionOptions(
                options.get(BASE_URL),
                options.get(JdbcTableKeys.USER),
                options.get(JdbcTableKeys.PASSWORD),
                Map.of(),
                JdbcTableKeys.CONNECT_TIMEOUT.defaultValue(),
                null);
        return new JdbcCatalog(context.getName(), connection, options.get(DEFAULT_DATABASE));
    }
}
