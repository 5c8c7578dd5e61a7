"""What is said about the heavy bag."""

from __future__ import annotations

from sample_videos.studio.words import Caption, Question

CAPTIONS: tuple[Caption, ...] = (
    (0, 23, "Seen from the front, a boxer in a teal top steps up to a heavy bag with her guard up.",
     "정면에서 본 장면으로, 청록색 상의를 입은 선수가 가드를 올린 채 샌드백 앞으로 다가섭니다."),
    (24, 47, "She throws a single left jab at the bag.",
     "왼손 잽을 한 번 샌드백에 던집니다."),
    (48, 91, "A left jab and a right cross land on the bag, which swings back; she steps out.",
     "왼손 잽과 오른손 크로스를 꽂자 샌드백이 뒤로 밀리고, 선수는 한 발 물러섭니다."),
    (92, 149, "She throws a jab, a cross and a left hook; the bag swings and hides a part of her.",
     "잽, 크로스, 왼손 훅을 이어 던지고, 흔들리는 샌드백이 몸의 일부를 가립니다."),
    (150, 195, "The view changes to three quarters; she lands a low left hook at body height.",
     "화면이 비스듬한 측면으로 바뀌고, 선수가 몸통 높이의 낮은 왼손 훅을 꽂습니다."),
    (196, 257, "A combination of four: left jab, right cross, left hook, right cross.",
     "왼손 잽, 오른손 크로스, 왼손 훅, 오른손 크로스의 네 동작을 이어서 던집니다."),
    (258, 299, "She finishes with a left jab and steps back from the swinging bag.",
     "왼손 잽으로 마무리하고 흔들리는 샌드백에서 물러납니다."),
)  # fmt: skip

QUESTIONS: tuple[Question, ...] = (
    ("How many people are in the video?", "One.",
     "영상에 사람이 몇 명 있나요?", "한 명입니다.", ((1, 0, 299),)),
    ("What is the boxer hitting?", "A red heavy bag that hangs from a chain.",
     "선수가 무엇을 치고 있나요?", "사슬에 매달린 빨간 샌드백입니다.", ((1, 24, 282),)),
    ("How many punches does the boxer throw?", "Twelve: five jabs, four crosses and three hooks.",
     "선수는 펀치를 몇 번 던지나요?", "잽 다섯 번, 크로스 네 번, 훅 세 번으로 모두 열두 번입니다.",
     ((1, 24, 40), (1, 48, 63), (1, 58, 79), (1, 92, 107), (1, 102, 122), (1, 113, 136),
      (1, 164, 188), (1, 196, 211), (1, 206, 226), (1, 217, 240), (1, 235, 256), (1, 266, 282))),
    ("How many hooks does the boxer throw?", "Three, all with the left hand.",
     "선수는 훅을 몇 번 던지나요?", "세 번이며 모두 왼손입니다.",
     ((1, 113, 136), (1, 164, 188), (1, 217, 240))),
    ("Which hook hits the bag lowest?", "The second one, at body height.",
     "샌드백을 가장 낮게 맞힌 훅은 몇 번째인가요?", "몸통 높이로 던진 두 번째 훅입니다.",
     ((1, 164, 188),)),
    ("With which punch does the first combination end?", "With a right cross.",
     "첫 번째 연속 공격은 어떤 펀치로 끝나나요?", "오른손 크로스입니다.", ((1, 48, 79),)),
    ("Is the boxer orthodox or a southpaw?", "Orthodox: the left hand and foot lead.",
     "선수는 오서독스인가요, 사우스포인가요?", "왼손과 왼발이 앞에 있는 오서독스입니다.",
     ((1, 0, 299),)),
    ("What colour are the gloves?", "Yellow.",
     "글러브는 무슨 색인가요?", "노란색입니다.", ((1, 0, 299),)),
    ("When does the camera's view change?", "After five seconds, from the front to three quarters.",
     "카메라 시점은 언제 바뀌나요?", "5초 뒤에 정면에서 비스듬한 측면으로 바뀝니다.",
     ((1, 150, 299),)),
)  # fmt: skip
