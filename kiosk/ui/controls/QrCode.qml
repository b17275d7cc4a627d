import QtQuick

// Cells of a QR code, dark on white whatever the theme: readers want it so.
Rectangle {
    id: code

    required property var cells
    readonly property int count: cells.length
    readonly property real cell: count > 0 ? Math.floor(width / (count + 8)) : 0

    implicitWidth: Theme.px(290)
    implicitHeight: implicitWidth
    color: "white"
    radius: Theme.px(14)
    visible: count > 0
    // The cells come after the screen: a canvas does not see by itself that they changed.
    onCellsChanged: drawing.requestPaint()
    onVisibleChanged: drawing.requestPaint()

    Canvas {
        id: drawing
        anchors.centerIn: parent
        width: code.cell * code.count
        height: width
        onWidthChanged: requestPaint()
        onAvailableChanged: requestPaint()
        onPaint: {
            const c = getContext("2d");
            c.reset();
            c.fillStyle = "black";
            for (let y = 0; y < code.count; y++)
                for (let x = 0; x < code.count; x++)
                    if (code.cells[y][x])
                        c.fillRect(x * code.cell, y * code.cell, code.cell, code.cell);
        }
    }
}
