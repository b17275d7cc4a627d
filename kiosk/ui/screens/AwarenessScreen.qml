pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Gishe
import "../controls"

// A question about the transaction; all answers look alike, none is more at hand than another. Then digits to say.
ScreenFrame {
    id: frame

    title: Awareness.title
    text: Awareness.text

    Label {
        anchors.fill: parent
        visible: Awareness.speaking
        text: Awareness.digits
        font.pixelSize: Math.round(Theme.titleSize * 2.6)
        font.weight: Font.Bold
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Theme.titleSize
        wrapMode: Text.NoWrap
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
    }
    ScrollArea {
        id: room
        anchors.fill: parent
        visible: !Awareness.speaking

        Grid {
            id: choices
            // All are seen at once, also in large type with the time running out: high where there is room.
            readonly property int lines: Math.ceil(Awareness.answers.length / columns)
            readonly property real fitting: (room.height - topPadding - (lines - 1) * spacing) / Math.max(1, lines)
            width: parent.width
            topPadding: Theme.px(6)
            columns: Theme.portrait ? 1 : 2
            spacing: Theme.gap

            Repeater {
                // By number, not by text: a touch must not end when a clock's tick brings the same answers anew.
                model: Awareness.answers.length

                BigButton {
                    required property int index
                    readonly property var answer: Awareness.answers[index]
                    quiet: true
                    checkable: true
                    textSize: Math.round(Theme.bodySize * 1.15)
                    text: answer?.text ?? ""
                    chosen: answer?.chosen ?? false
                    width: (choices.width - (choices.columns - 1) * choices.spacing) / choices.columns
                    height: Math.max(implicitHeight, Math.min(choices.fitting, Theme.px(Theme.portrait ? 176 : 200)))
                    onPressed: Awareness.touch(index)
                }
            }
        }
    }
    primary: BigButton {
        text: Shell.words[Awareness.speaking ? "step.spoken.done" : "step.awareness.confirm"]
        icon: "check"
        enabled: Awareness.speaking ? !Awareness.judging : Awareness.ready
        Layout.fillWidth: true
        onPressed: Awareness.go_on()
    }
    quiet: BigButton {
        quiet: true
        icon: Awareness.speaking ? "" : "clerk"
        enabled: !Awareness.judging
        text: Shell.words[Awareness.speaking ? "step.spoken.declined" : "step.awareness.not_known"]
        Layout.fillWidth: Theme.portrait
        onPressed: Awareness.speaking ? Awareness.rather_not() : Awareness.not_known()
    }
}
