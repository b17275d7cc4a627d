pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import Gishe

// Line drawings of our own: no font has to bring them. Those that point along the line turn round with the script.
Item {
    id: icon

    required property string name
    property color color: Theme.ink
    property real stroke: 2
    readonly property bool turned: ["forward", "back", "leave"].includes(name) && Shell.rightToLeft
    readonly property var paths: ({
        "check": "M5 12.5 L10 17.5 L19.5 7",
        "cross": "M6.5 6.5 L17.5 17.5 M17.5 6.5 L6.5 17.5",
        "forward": "M4.5 12 H19.5 M13.5 6 L19.5 12 L13.5 18",
        "back": "M19.5 12 H4.5 M10.5 6 L4.5 12 L10.5 18",
        "leave": "M14 4 H5 V20 H14 M10 12 H21 M17 8 L21 12 L17 16",
        "down": "M6 9 L12 15 L18 9",
        "erase": "M9 6 H21 V18 H9 L3.5 12 Z M12.5 9.5 L17.5 14.5 M17.5 9.5 L12.5 14.5",
        "warning": "M12 4 L21.5 20 H2.5 Z M12 10 V14.5 M12 17.2 V17.4",
        "clerk": "M12 11 A4 4 0 1 0 12 3 A4 4 0 1 0 12 11 M4 21 C4 16.5 7.5 14.5 12 14.5 S20 16.5 20 21",
        "camera": "M3 8 H7 L9 5 H15 L17 8 H21 V19 H3 Z M12 17 A3.8 3.8 0 1 0 12 9.4 A3.8 3.8 0 1 0 12 17",
        "light": "M12 16 A4 4 0 1 0 12 8 A4 4 0 1 0 12 16 M12 2 V4.5 M12 19.5 V22 M2 12 H4.5 M19.5 12 H22 M5 5 L6.8 6.8 M17.2 17.2 L19 19 M5 19 L6.8 17.2 M17.2 6.8 L19 5",
        "card": "M2.5 5 H21.5 V19 H2.5 Z M6 16 C6 13.2 11.5 13.2 11.5 16 M8.75 11.8 A1.8 1.8 0 1 0 8.75 8.2 A1.8 1.8 0 1 0 8.75 11.8 M14.5 9.5 H18.5 M14.5 13.5 H18.5",
        "clock": "M12 21 A9 9 0 1 0 12 3 A9 9 0 1 0 12 21 M12 7 V12 L15.5 14",
        "contrast": "M12 21 A9 9 0 1 0 12 3 A9 9 0 1 0 12 21 M12 3 V21 M12 7.5 H19 M12 12 H20.5 M12 16.5 H19",
        "type": "M2.5 19 L8 5 L13.5 19 M4.5 14.5 H11.5 M14.5 19 L18 10.5 L21.5 19 M15.8 16.3 H20.2",
        "lock": "M5.5 11 H18.5 V20.5 H5.5 Z M8.5 11 V8 A3.5 3.5 0 0 1 15.5 8 V11 M12 14.5 V17",
        "help": "M12 5.6 A1.6 1.6 0 1 0 12 2.4 A1.6 1.6 0 1 0 12 5.6 M4.5 8.5 L12 9.5 L19.5 8.5 M12 9.5 V14 L8.5 21.5 M12 14 L15.5 21.5"
    })

    implicitWidth: Theme.px(44)
    implicitHeight: width
    Accessible.ignored: true

    Shape {
        width: 24
        height: 24
        preferredRendererType: Shape.CurveRenderer
        transform: Scale { xScale: (icon.turned ? -1 : 1) * icon.width / 24; yScale: icon.height / 24 }
        x: icon.turned ? icon.width : 0

        ShapePath {
            strokeColor: icon.color
            strokeWidth: icon.stroke
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg { path: icon.paths[icon.name] ?? "" }
        }
    }
}
