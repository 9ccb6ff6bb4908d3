package io.connectorkit.mongodb;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import io.connectorkit.table.RowFilter;
import io.connectorkit.table.StoreTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.bson.BsonArray;
import org.bson.BsonDocument;

/** What a MongoDB collection can do as a SQL table: find rows by some of their columns, and scan them. */
record MongoStore(
        MongoOptions options,
        MongoDocumentOptions documents,
        MongoSourceOptions source,
        RowReader.Unfit unfit,
        RowType columns)
        implements StoreTable.Store {

    @Override
    public LookupSourceFactory<ChangeKey, Collection<RowData>> lookup(List<String> keyColumns, DataType produced) {
        return lookup(keyColumns, produced, List.of());
    }

    @Override
    public LookupSourceFactory<ChangeKey, Collection<RowData>> lookup(
            List<String> keyColumns, DataType produced, List<RowFilter> filters) {
        RowType type = (RowType) produced.getLogicalType();
        MongoLookupQuery query = new MongoLookupQuery(documents, keyColumns, type.getFieldNames(), condition(filters));
        return new Rows(options, query, RowReader.rows(type, unfit));
    }

    /** All of {@code filters}; empty for none. */
    private BsonDocument condition(List<RowFilter> filters) {
        MongoFilters translation = new MongoFilters(columns);
        BsonArray all = new BsonArray();
        filters.forEach(filter -> all.add(translation.of(filter).orElseThrow()));
        return all.isEmpty() ? new BsonDocument() : new BsonDocument("$and", all);
    }

    /** All rows of a key. By the columns as they are named: {@code _id} only where a column is. */
    private record Rows(MongoOptions options, MongoLookupQuery query, MongoDocumentMapper<RowData> rows)
            implements LookupSourceFactory<ChangeKey, Collection<RowData>> {

        private static final long serialVersionUID = 1L;

        @Override
        public LookupSource<ChangeKey, Collection<RowData>> open(LookupContext context) throws IOException {
            return MongoLookup.open(
                    context, options, query, document -> new ArrayList<>(List.of(rows.map(document))), (some, more) -> {
                        some.addAll(more);
                        return some;
                    });
        }

        @Override
        public String name() {
            return options.displayName();
        }
    }

    @Override
    public Optional<Source<RowData, ?, ?>> scan(StoreTable.Scan scan) {
        RowType type = (RowType) scan.produced().getLogicalType();
        MongoSourceOptions wanted = source.withProjection(type.getFieldNames().toArray(new String[0]));
        wanted = wanted.withFilter(condition(scan.filters()));
        Long limit = scan.limit();
        if (limit != null) {
            wanted = wanted.withLimit(limit);
        }
        return Optional.of(
                MongoSource.of(options, documents, wanted, RowReader.rows(type, unfit), InternalTypeInfo.of(type)));
    }

    /** Values that read as NULL though they are there would pass as NULL in Flink only. */
    @Override
    public boolean evaluates(RowFilter filter) {
        return unfit == RowReader.Unfit.FAIL
                && new MongoFilters(columns).of(filter).isPresent();
    }
}
