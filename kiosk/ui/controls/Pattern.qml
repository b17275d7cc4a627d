import QtQuick

// Eight-pointed stars and crosses, as on tiles from Konya to Kashan; drawn once.
Canvas {
    id: pattern

    property color colour: "#FFFFFF"
    property real tile: Theme.px(132)

    onColourChanged: requestPaint()
    onTileChanged: requestPaint()
    onWidthChanged: requestPaint()
    onHeightChanged: requestPaint()
    onPaint: {
        const c = getContext("2d");
        c.reset();
        c.strokeStyle = colour;
        c.lineWidth = Math.max(1, tile / 60);
        c.lineJoin = "round";
        // Two squares, one turned by an eighth: the inner corners of the star.
        const outer = tile / 2, inner = outer * 0.7654;
        for (let y = 0; y <= height + tile; y += tile)
            for (let x = 0; x <= width + tile; x += tile) {
                c.beginPath();
                for (let i = 0; i <= 16; i++) {
                    const a = i * Math.PI / 8, r = i % 2 ? inner : outer;
                    const px = x + Math.cos(a) * r, py = y + Math.sin(a) * r;
                    i === 0 ? c.moveTo(px, py) : c.lineTo(px, py);
                }
                c.stroke();
            }
    }
}
