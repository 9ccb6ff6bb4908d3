package io.connectorkit.aws.dynamodbstreams;

/** Which images of an item a job needs: a stream whose view lacks them is refused at the start. */
public enum RequiredImages {
    NONE(false, false),
    NEW(true, false),
    OLD(false, true),
    NEW_AND_OLD(true, true);

    private final boolean newImage;
    private final boolean oldImage;

    RequiredImages(boolean newImage, boolean oldImage) {
        this.newImage = newImage;
        this.oldImage = oldImage;
    }

    boolean hasNew() {
        return newImage;
    }

    /** Whether a stream with this view type, as DynamoDB spells it, has them. */
    boolean metBy(String viewType) {
        boolean both = viewType.equals("NEW_AND_OLD_IMAGES");
        return (!newImage || both || viewType.equals("NEW_IMAGE"))
                && (!oldImage || both || viewType.equals("OLD_IMAGE"));
    }
}
