pragma ComponentBehavior: Bound
import QtQuick

// A small plain face that turns, opens its mouth, closes its eyes.
Rectangle {
    id: head

    property real dx: 0
    property real dy: 0
    property real mouth: 0
    property real lids: 0
    property color ink: Theme.primary

    radius: width / 2
    color: Theme.primarySoft
    border.width: Math.max(2, height * 0.035)
    border.color: ink

    Repeater {
        model: [-1, 1]

        Rectangle {
            required property int modelData
            width: head.width * 0.12
            height: Math.max(head.height * 0.028, width * 1.15 * (1 - head.lids))
            radius: width / 2
            color: head.ink
            x: head.width / 2 - width / 2 + modelData * head.width * (0.19 - 0.03 * Math.abs(head.dx)) + head.dx * head.width * 0.19
            y: head.height * 0.42 - height / 2 + head.dy * head.height * 0.13
        }
    }
    Rectangle {
        width: head.width * (0.34 - 0.08 * head.mouth - 0.04 * Math.abs(head.dx))
        height: head.height * (0.035 + 0.17 * head.mouth)
        radius: height / 2
        color: head.ink
        x: head.width / 2 - width / 2 + head.dx * head.width * 0.2
        y: head.height * 0.68 - height / 3 + head.dy * head.height * 0.12
    }
}
