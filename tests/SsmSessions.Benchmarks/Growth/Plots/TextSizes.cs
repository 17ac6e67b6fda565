using OxyPlot;

namespace SsmSessions.Benchmarks.Growth.Plots;

/// <summary>Says how large text becomes, for the layout of a panel: an upper bound for the fonts that stand in for Arial. OxyPlot's own measure
/// for SVG takes pixels for points, and cuts texts off.</summary>
internal sealed class TextSizes : RenderContextBase
{
    private const double CharacterWidth = 0.56;
    private const double LineHeight = 1.3;

    /// <inheritdoc/>
    public override int ClipCount => 0;

    /// <inheritdoc/>
    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight) =>
        string.IsNullOrEmpty(text) ? OxySize.Empty : new OxySize(text.Length * fontSize * CharacterWidth, fontSize * LineHeight);

    /// <inheritdoc/>
    public override void PushClip(OxyRect clippingRectangle) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void PopClip() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void DrawLine(
        IList<ScreenPoint> points, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode, double[] dashArray, LineJoin lineJoin) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public override void DrawPolygon(
        IList<ScreenPoint> points,
        OxyColor fill,
        OxyColor stroke,
        double thickness,
        EdgeRenderingMode edgeRenderingMode,
        double[] dashArray,
        LineJoin lineJoin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void DrawText(
        ScreenPoint p,
        string text,
        OxyColor fill,
        string fontFamily,
        double fontSize,
        double fontWeight,
        double rotate,
        HorizontalAlignment horizontalAlignment,
        VerticalAlignment verticalAlignment,
        OxySize? maxSize) => throw new NotSupportedException();
}
