import QtQuick

// Text in the house's font and ink.
Text {
    color: Theme.ink
    font.family: Theme.family
    font.pixelSize: Theme.bodySize
    horizontalAlignment: Text.AlignLeft
    wrapMode: Text.WordWrap
    textFormat: Text.PlainText
    lineHeight: 0.86
}
