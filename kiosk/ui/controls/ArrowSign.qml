pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes

// A calm arrow of two angles; ``towards`` is left, right, up or down on the screen, whatever the script.
Item {
    id: arrow

    required property string towards
    property real swing: 0
    property color color: Theme.accent

    implicitWidth: Theme.px(110)
    implicitHeight: implicitWidth
    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true
    rotation: ({ "right": 0, "down": 90, "left": 180, "up": 270 })[towards] ?? 0

    component Angle: ShapePath {
        strokeWidth: 3.4
        fillColor: "transparent"
        capStyle: ShapePath.RoundCap
        joinStyle: ShapePath.RoundJoin
    }
    Shape {
        width: 24
        height: 24
        x: arrow.swing * arrow.width * 0.14
        preferredRendererType: Shape.CurveRenderer
        transform: Scale { xScale: arrow.width / 24; yScale: arrow.height / 24 }

        Angle {
            strokeColor: Qt.alpha(arrow.color, Theme.strong ? 0.7 : 0.45)
            PathSvg { path: "M3.5 5 L9.5 12 L3.5 19" }
        }
        Angle {
            strokeColor: arrow.color
            PathSvg { path: "M12 5 L18 12 L12 19" }
        }
    }
}
