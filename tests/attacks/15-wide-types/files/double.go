package double

var wide struct {
	Field000xxxxxxxxxxxxxxxxxxxx int
	Field001xxxxxxxxxxxxxxxxxxxx int
	Field002xxxxxxxxxxxxxxxxxxxx int
	Field003xxxxxxxxxxxxxxxxxxxx int
	Field004xxxxxxxxxxxxxxxxxxxx int
	Field005xxxxxxxxxxxxxxxxxxxx int
	Field006xxxxxxxxxxxxxxxxxxxx int
	Field007xxxxxxxxxxxxxxxxxxxx int
	Field008xxxxxxxxxxxxxxxxxxxx int
	Field009xxxxxxxxxxxxxxxxxxxx int
	Field010xxxxxxxxxxxxxxxxxxxx int
	Field011xxxxxxxxxxxxxxxxxxxx int
	Field012xxxxxxxxxxxxxxxxxxxx int
	Field013xxxxxxxxxxxxxxxxxxxx int
	Field014xxxxxxxxxxxxxxxxxxxx int
	Field015xxxxxxxxxxxxxxxxxxxx int
	Field016xxxxxxxxxxxxxxxxxxxx int
	Field017xxxxxxxxxxxxxxxxxxxx int
	Field018xxxxxxxxxxxxxxxxxxxx int
	Field019xxxxxxxxxxxxxxxxxxxx int
	Field020xxxxxxxxxxxxxxxxxxxx int
	Field021xxxxxxxxxxxxxxxxxxxx int
	Field022xxxxxxxxxxxxxxxxxxxx int
	Field023xxxxxxxxxxxxxxxxxxxx int
	Field024xxxxxxxxxxxxxxxxxxxx int
	Field025xxxxxxxxxxxxxxxxxxxx int
	Field026xxxxxxxxxxxxxxxxxxxx int
	Field027xxxxxxxxxxxxxxxxxxxx int
	Field028xxxxxxxxxxxxxxxxxxxx int
	Field029xxxxxxxxxxxxxxxxxxxx int
	Field030xxxxxxxxxxxxxxxxxxxx int
	Field031xxxxxxxxxxxxxxxxxxxx int
	Field032xxxxxxxxxxxxxxxxxxxx int
	Field033xxxxxxxxxxxxxxxxxxxx int
	Field034xxxxxxxxxxxxxxxxxxxx int
	Field035xxxxxxxxxxxxxxxxxxxx int
	Field036xxxxxxxxxxxxxxxxxxxx int
	Field037xxxxxxxxxxxxxxxxxxxx int
	Field038xxxxxxxxxxxxxxxxxxxx int
	Field039xxxxxxxxxxxxxxxxxxxx int
	Field040xxxxxxxxxxxxxxxxxxxx int
	Field041xxxxxxxxxxxxxxxxxxxx int
	Field042xxxxxxxxxxxxxxxxxxxx int
	Field043xxxxxxxxxxxxxxxxxxxx int
	Field044xxxxxxxxxxxxxxxxxxxx int
	Field045xxxxxxxxxxxxxxxxxxxx int
	Field046xxxxxxxxxxxxxxxxxxxx int
	Field047xxxxxxxxxxxxxxxxxxxx int
	Field048xxxxxxxxxxxxxxxxxxxx int
	Field049xxxxxxxxxxxxxxxxxxxx int
	Field050xxxxxxxxxxxxxxxxxxxx int
	Field051xxxxxxxxxxxxxxxxxxxx int
	Field052xxxxxxxxxxxxxxxxxxxx int
	Field053xxxxxxxxxxxxxxxxxxxx int
	Field054xxxxxxxxxxxxxxxxxxxx int
	Field055xxxxxxxxxxxxxxxxxxxx int
	Field056xxxxxxxxxxxxxxxxxxxx int
	Field057xxxxxxxxxxxxxxxxxxxx int
	Field058xxxxxxxxxxxxxxxxxxxx int
	Field059xxxxxxxxxxxxxxxxxxxx int
	Field060xxxxxxxxxxxxxxxxxxxx int
	Field061xxxxxxxxxxxxxxxxxxxx int
	Field062xxxxxxxxxxxxxxxxxxxx int
	Field063xxxxxxxxxxxxxxxxxxxx int
	Field064xxxxxxxxxxxxxxxxxxxx int
	Field065xxxxxxxxxxxxxxxxxxxx int
	Field066xxxxxxxxxxxxxxxxxxxx int
	Field067xxxxxxxxxxxxxxxxxxxx int
	Field068xxxxxxxxxxxxxxxxxxxx int
	Field069xxxxxxxxxxxxxxxxxxxx int
	Field070xxxxxxxxxxxxxxxxxxxx int
	Field071xxxxxxxxxxxxxxxxxxxx int
	Field072xxxxxxxxxxxxxxxxxxxx int
	Field073xxxxxxxxxxxxxxxxxxxx int
	Field074xxxxxxxxxxxxxxxxxxxx int
	Field075xxxxxxxxxxxxxxxxxxxx int
	Field076xxxxxxxxxxxxxxxxxxxx int
	Field077xxxxxxxxxxxxxxxxxxxx int
	Field078xxxxxxxxxxxxxxxxxxxx int
	Field079xxxxxxxxxxxxxxxxxxxx int
	Field080xxxxxxxxxxxxxxxxxxxx int
	Field081xxxxxxxxxxxxxxxxxxxx int
	Field082xxxxxxxxxxxxxxxxxxxx int
	Field083xxxxxxxxxxxxxxxxxxxx int
	Field084xxxxxxxxxxxxxxxxxxxx int
	Field085xxxxxxxxxxxxxxxxxxxx int
	Field086xxxxxxxxxxxxxxxxxxxx int
	Field087xxxxxxxxxxxxxxxxxxxx int
	Field088xxxxxxxxxxxxxxxxxxxx int
	Field089xxxxxxxxxxxxxxxxxxxx int
	Field090xxxxxxxxxxxxxxxxxxxx int
	Field091xxxxxxxxxxxxxxxxxxxx int
	Field092xxxxxxxxxxxxxxxxxxxx int
	Field093xxxxxxxxxxxxxxxxxxxx int
	Field094xxxxxxxxxxxxxxxxxxxx int
	Field095xxxxxxxxxxxxxxxxxxxx int
	Field096xxxxxxxxxxxxxxxxxxxx int
	Field097xxxxxxxxxxxxxxxxxxxx int
	Field098xxxxxxxxxxxxxxxxxxxx int
	Field099xxxxxxxxxxxxxxxxxxxx int
	Field100xxxxxxxxxxxxxxxxxxxx int
	Field101xxxxxxxxxxxxxxxxxxxx int
	Field102xxxxxxxxxxxxxxxxxxxx int
	Field103xxxxxxxxxxxxxxxxxxxx int
	Field104xxxxxxxxxxxxxxxxxxxx int
	Field105xxxxxxxxxxxxxxxxxxxx int
	Field106xxxxxxxxxxxxxxxxxxxx int
	Field107xxxxxxxxxxxxxxxxxxxx int
	Field108xxxxxxxxxxxxxxxxxxxx int
	Field109xxxxxxxxxxxxxxxxxxxx int
	Field110xxxxxxxxxxxxxxxxxxxx int
	Field111xxxxxxxxxxxxxxxxxxxx int
	Field112xxxxxxxxxxxxxxxxxxxx int
	Field113xxxxxxxxxxxxxxxxxxxx int
	Field114xxxxxxxxxxxxxxxxxxxx int
	Field115xxxxxxxxxxxxxxxxxxxx int
	Field116xxxxxxxxxxxxxxxxxxxx int
	Field117xxxxxxxxxxxxxxxxxxxx int
	Field118xxxxxxxxxxxxxxxxxxxx int
	Field119xxxxxxxxxxxxxxxxxxxx int
	Field120xxxxxxxxxxxxxxxxxxxx int
	Field121xxxxxxxxxxxxxxxxxxxx int
	Field122xxxxxxxxxxxxxxxxxxxx int
	Field123xxxxxxxxxxxxxxxxxxxx int
	Field124xxxxxxxxxxxxxxxxxxxx int
	Field125xxxxxxxxxxxxxxxxxxxx int
	Field126xxxxxxxxxxxxxxxxxxxx int
	Field127xxxxxxxxxxxxxxxxxxxx int
	Field128xxxxxxxxxxxxxxxxxxxx int
	Field129xxxxxxxxxxxxxxxxxxxx int
	Field130xxxxxxxxxxxxxxxxxxxx int
	Field131xxxxxxxxxxxxxxxxxxxx int
	Field132xxxxxxxxxxxxxxxxxxxx int
	Field133xxxxxxxxxxxxxxxxxxxx int
	Field134xxxxxxxxxxxxxxxxxxxx int
	Field135xxxxxxxxxxxxxxxxxxxx int
	Field136xxxxxxxxxxxxxxxxxxxx int
	Field137xxxxxxxxxxxxxxxxxxxx int
	Field138xxxxxxxxxxxxxxxxxxxx int
	Field139xxxxxxxxxxxxxxxxxxxx int
	Field140xxxxxxxxxxxxxxxxxxxx int
	Field141xxxxxxxxxxxxxxxxxxxx int
	Field142xxxxxxxxxxxxxxxxxxxx int
	Field143xxxxxxxxxxxxxxxxxxxx int
	Field144xxxxxxxxxxxxxxxxxxxx int
	Field145xxxxxxxxxxxxxxxxxxxx int
	Field146xxxxxxxxxxxxxxxxxxxx int
	Field147xxxxxxxxxxxxxxxxxxxx int
	Field148xxxxxxxxxxxxxxxxxxxx int
	Field149xxxxxxxxxxxxxxxxxxxx int
	Field150xxxxxxxxxxxxxxxxxxxx int
	Field151xxxxxxxxxxxxxxxxxxxx int
	Field152xxxxxxxxxxxxxxxxxxxx int
	Field153xxxxxxxxxxxxxxxxxxxx int
	Field154xxxxxxxxxxxxxxxxxxxx int
	Field155xxxxxxxxxxxxxxxxxxxx int
	Field156xxxxxxxxxxxxxxxxxxxx int
	Field157xxxxxxxxxxxxxxxxxxxx int
	Field158xxxxxxxxxxxxxxxxxxxx int
	Field159xxxxxxxxxxxxxxxxxxxx int
	Field160xxxxxxxxxxxxxxxxxxxx int
	Field161xxxxxxxxxxxxxxxxxxxx int
	Field162xxxxxxxxxxxxxxxxxxxx int
	Field163xxxxxxxxxxxxxxxxxxxx int
	Field164xxxxxxxxxxxxxxxxxxxx int
	Field165xxxxxxxxxxxxxxxxxxxx int
	Field166xxxxxxxxxxxxxxxxxxxx int
	Field167xxxxxxxxxxxxxxxxxxxx int
	Field168xxxxxxxxxxxxxxxxxxxx int
	Field169xxxxxxxxxxxxxxxxxxxx int
	Field170xxxxxxxxxxxxxxxxxxxx int
	Field171xxxxxxxxxxxxxxxxxxxx int
	Field172xxxxxxxxxxxxxxxxxxxx int
	Field173xxxxxxxxxxxxxxxxxxxx int
	Field174xxxxxxxxxxxxxxxxxxxx int
	Field175xxxxxxxxxxxxxxxxxxxx int
	Field176xxxxxxxxxxxxxxxxxxxx int
	Field177xxxxxxxxxxxxxxxxxxxx int
	Field178xxxxxxxxxxxxxxxxxxxx int
	Field179xxxxxxxxxxxxxxxxxxxx int
	Field180xxxxxxxxxxxxxxxxxxxx int
	Field181xxxxxxxxxxxxxxxxxxxx int
	Field182xxxxxxxxxxxxxxxxxxxx int
	Field183xxxxxxxxxxxxxxxxxxxx int
	Field184xxxxxxxxxxxxxxxxxxxx int
	Field185xxxxxxxxxxxxxxxxxxxx int
	Field186xxxxxxxxxxxxxxxxxxxx int
	Field187xxxxxxxxxxxxxxxxxxxx int
	Field188xxxxxxxxxxxxxxxxxxxx int
	Field189xxxxxxxxxxxxxxxxxxxx int
	Field190xxxxxxxxxxxxxxxxxxxx int
	Field191xxxxxxxxxxxxxxxxxxxx int
	Field192xxxxxxxxxxxxxxxxxxxx int
	Field193xxxxxxxxxxxxxxxxxxxx int
	Field194xxxxxxxxxxxxxxxxxxxx int
	Field195xxxxxxxxxxxxxxxxxxxx int
	Field196xxxxxxxxxxxxxxxxxxxx int
	Field197xxxxxxxxxxxxxxxxxxxx int
	Field198xxxxxxxxxxxxxxxxxxxx int
	Field199xxxxxxxxxxxxxxxxxxxx int
	Field200xxxxxxxxxxxxxxxxxxxx int
	Field201xxxxxxxxxxxxxxxxxxxx int
	Field202xxxxxxxxxxxxxxxxxxxx int
	Field203xxxxxxxxxxxxxxxxxxxx int
	Field204xxxxxxxxxxxxxxxxxxxx int
	Field205xxxxxxxxxxxxxxxxxxxx int
	Field206xxxxxxxxxxxxxxxxxxxx int
	Field207xxxxxxxxxxxxxxxxxxxx int
	Field208xxxxxxxxxxxxxxxxxxxx int
	Field209xxxxxxxxxxxxxxxxxxxx int
	Field210xxxxxxxxxxxxxxxxxxxx int
	Field211xxxxxxxxxxxxxxxxxxxx int
	Field212xxxxxxxxxxxxxxxxxxxx int
	Field213xxxxxxxxxxxxxxxxxxxx int
	Field214xxxxxxxxxxxxxxxxxxxx int
	Field215xxxxxxxxxxxxxxxxxxxx int
	Field216xxxxxxxxxxxxxxxxxxxx int
	Field217xxxxxxxxxxxxxxxxxxxx int
	Field218xxxxxxxxxxxxxxxxxxxx int
	Field219xxxxxxxxxxxxxxxxxxxx int
	Field220xxxxxxxxxxxxxxxxxxxx int
	Field221xxxxxxxxxxxxxxxxxxxx int
	Field222xxxxxxxxxxxxxxxxxxxx int
	Field223xxxxxxxxxxxxxxxxxxxx int
	Field224xxxxxxxxxxxxxxxxxxxx int
	Field225xxxxxxxxxxxxxxxxxxxx int
	Field226xxxxxxxxxxxxxxxxxxxx int
	Field227xxxxxxxxxxxxxxxxxxxx int
	Field228xxxxxxxxxxxxxxxxxxxx int
	Field229xxxxxxxxxxxxxxxxxxxx int
	Field230xxxxxxxxxxxxxxxxxxxx int
	Field231xxxxxxxxxxxxxxxxxxxx int
	Field232xxxxxxxxxxxxxxxxxxxx int
	Field233xxxxxxxxxxxxxxxxxxxx int
	Field234xxxxxxxxxxxxxxxxxxxx int
	Field235xxxxxxxxxxxxxxxxxxxx int
	Field236xxxxxxxxxxxxxxxxxxxx int
	Field237xxxxxxxxxxxxxxxxxxxx int
	Field238xxxxxxxxxxxxxxxxxxxx int
	Field239xxxxxxxxxxxxxxxxxxxx int
	Field240xxxxxxxxxxxxxxxxxxxx int
	Field241xxxxxxxxxxxxxxxxxxxx int
	Field242xxxxxxxxxxxxxxxxxxxx int
	Field243xxxxxxxxxxxxxxxxxxxx int
	Field244xxxxxxxxxxxxxxxxxxxx int
	Field245xxxxxxxxxxxxxxxxxxxx int
	Field246xxxxxxxxxxxxxxxxxxxx int
	Field247xxxxxxxxxxxxxxxxxxxx int
	Field248xxxxxxxxxxxxxxxxxxxx int
	Field249xxxxxxxxxxxxxxxxxxxx int
	Field250xxxxxxxxxxxxxxxxxxxx int
	Field251xxxxxxxxxxxxxxxxxxxx int
	Field252xxxxxxxxxxxxxxxxxxxx int
	Field253xxxxxxxxxxxxxxxxxxxx int
	Field254xxxxxxxxxxxxxxxxxxxx int
	Field255xxxxxxxxxxxxxxxxxxxx int
	Field256xxxxxxxxxxxxxxxxxxxx int
	Field257xxxxxxxxxxxxxxxxxxxx int
	Field258xxxxxxxxxxxxxxxxxxxx int
	Field259xxxxxxxxxxxxxxxxxxxx int
	Field260xxxxxxxxxxxxxxxxxxxx int
	Field261xxxxxxxxxxxxxxxxxxxx int
	Field262xxxxxxxxxxxxxxxxxxxx int
	Field263xxxxxxxxxxxxxxxxxxxx int
	Field264xxxxxxxxxxxxxxxxxxxx int
	Field265xxxxxxxxxxxxxxxxxxxx int
	Field266xxxxxxxxxxxxxxxxxxxx int
	Field267xxxxxxxxxxxxxxxxxxxx int
	Field268xxxxxxxxxxxxxxxxxxxx int
	Field269xxxxxxxxxxxxxxxxxxxx int
	Field270xxxxxxxxxxxxxxxxxxxx int
	Field271xxxxxxxxxxxxxxxxxxxx int
	Field272xxxxxxxxxxxxxxxxxxxx int
	Field273xxxxxxxxxxxxxxxxxxxx int
	Field274xxxxxxxxxxxxxxxxxxxx int
	Field275xxxxxxxxxxxxxxxxxxxx int
	Field276xxxxxxxxxxxxxxxxxxxx int
	Field277xxxxxxxxxxxxxxxxxxxx int
	Field278xxxxxxxxxxxxxxxxxxxx int
	Field279xxxxxxxxxxxxxxxxxxxx int
	Field280xxxxxxxxxxxxxxxxxxxx int
	Field281xxxxxxxxxxxxxxxxxxxx int
	Field282xxxxxxxxxxxxxxxxxxxx int
	Field283xxxxxxxxxxxxxxxxxxxx int
	Field284xxxxxxxxxxxxxxxxxxxx int
	Field285xxxxxxxxxxxxxxxxxxxx int
	Field286xxxxxxxxxxxxxxxxxxxx int
	Field287xxxxxxxxxxxxxxxxxxxx int
	Field288xxxxxxxxxxxxxxxxxxxx int
	Field289xxxxxxxxxxxxxxxxxxxx int
	Field290xxxxxxxxxxxxxxxxxxxx int
	Field291xxxxxxxxxxxxxxxxxxxx int
	Field292xxxxxxxxxxxxxxxxxxxx int
	Field293xxxxxxxxxxxxxxxxxxxx int
	Field294xxxxxxxxxxxxxxxxxxxx int
	Field295xxxxxxxxxxxxxxxxxxxx int
	Field296xxxxxxxxxxxxxxxxxxxx int
	Field297xxxxxxxxxxxxxxxxxxxx int
	Field298xxxxxxxxxxxxxxxxxxxx int
	Field299xxxxxxxxxxxxxxxxxxxx int
	Field300xxxxxxxxxxxxxxxxxxxx int
	Field301xxxxxxxxxxxxxxxxxxxx int
	Field302xxxxxxxxxxxxxxxxxxxx int
	Field303xxxxxxxxxxxxxxxxxxxx int
	Field304xxxxxxxxxxxxxxxxxxxx int
	Field305xxxxxxxxxxxxxxxxxxxx int
	Field306xxxxxxxxxxxxxxxxxxxx int
	Field307xxxxxxxxxxxxxxxxxxxx int
	Field308xxxxxxxxxxxxxxxxxxxx int
	Field309xxxxxxxxxxxxxxxxxxxx int
	Field310xxxxxxxxxxxxxxxxxxxx int
	Field311xxxxxxxxxxxxxxxxxxxx int
	Field312xxxxxxxxxxxxxxxxxxxx int
	Field313xxxxxxxxxxxxxxxxxxxx int
	Field314xxxxxxxxxxxxxxxxxxxx int
	Field315xxxxxxxxxxxxxxxxxxxx int
	Field316xxxxxxxxxxxxxxxxxxxx int
	Field317xxxxxxxxxxxxxxxxxxxx int
	Field318xxxxxxxxxxxxxxxxxxxx int
	Field319xxxxxxxxxxxxxxxxxxxx int
	Field320xxxxxxxxxxxxxxxxxxxx int
	Field321xxxxxxxxxxxxxxxxxxxx int
	Field322xxxxxxxxxxxxxxxxxxxx int
	Field323xxxxxxxxxxxxxxxxxxxx int
	Field324xxxxxxxxxxxxxxxxxxxx int
	Field325xxxxxxxxxxxxxxxxxxxx int
	Field326xxxxxxxxxxxxxxxxxxxx int
	Field327xxxxxxxxxxxxxxxxxxxx int
	Field328xxxxxxxxxxxxxxxxxxxx int
	Field329xxxxxxxxxxxxxxxxxxxx int
	Field330xxxxxxxxxxxxxxxxxxxx int
	Field331xxxxxxxxxxxxxxxxxxxx int
	Field332xxxxxxxxxxxxxxxxxxxx int
	Field333xxxxxxxxxxxxxxxxxxxx int
	Field334xxxxxxxxxxxxxxxxxxxx int
	Field335xxxxxxxxxxxxxxxxxxxx int
	Field336xxxxxxxxxxxxxxxxxxxx int
	Field337xxxxxxxxxxxxxxxxxxxx int
	Field338xxxxxxxxxxxxxxxxxxxx int
	Field339xxxxxxxxxxxxxxxxxxxx int
	Field340xxxxxxxxxxxxxxxxxxxx int
	Field341xxxxxxxxxxxxxxxxxxxx int
	Field342xxxxxxxxxxxxxxxxxxxx int
	Field343xxxxxxxxxxxxxxxxxxxx int
	Field344xxxxxxxxxxxxxxxxxxxx int
	Field345xxxxxxxxxxxxxxxxxxxx int
	Field346xxxxxxxxxxxxxxxxxxxx int
	Field347xxxxxxxxxxxxxxxxxxxx int
	Field348xxxxxxxxxxxxxxxxxxxx int
	Field349xxxxxxxxxxxxxxxxxxxx int
	Field350xxxxxxxxxxxxxxxxxxxx int
	Field351xxxxxxxxxxxxxxxxxxxx int
	Field352xxxxxxxxxxxxxxxxxxxx int
	Field353xxxxxxxxxxxxxxxxxxxx int
	Field354xxxxxxxxxxxxxxxxxxxx int
	Field355xxxxxxxxxxxxxxxxxxxx int
	Field356xxxxxxxxxxxxxxxxxxxx int
	Field357xxxxxxxxxxxxxxxxxxxx int
	Field358xxxxxxxxxxxxxxxxxxxx int
	Field359xxxxxxxxxxxxxxxxxxxx int
	Field360xxxxxxxxxxxxxxxxxxxx int
	Field361xxxxxxxxxxxxxxxxxxxx int
	Field362xxxxxxxxxxxxxxxxxxxx int
	Field363xxxxxxxxxxxxxxxxxxxx int
	Field364xxxxxxxxxxxxxxxxxxxx int
	Field365xxxxxxxxxxxxxxxxxxxx int
	Field366xxxxxxxxxxxxxxxxxxxx int
	Field367xxxxxxxxxxxxxxxxxxxx int
	Field368xxxxxxxxxxxxxxxxxxxx int
	Field369xxxxxxxxxxxxxxxxxxxx int
	Field370xxxxxxxxxxxxxxxxxxxx int
	Field371xxxxxxxxxxxxxxxxxxxx int
	Field372xxxxxxxxxxxxxxxxxxxx int
	Field373xxxxxxxxxxxxxxxxxxxx int
	Field374xxxxxxxxxxxxxxxxxxxx int
	Field375xxxxxxxxxxxxxxxxxxxx int
	Field376xxxxxxxxxxxxxxxxxxxx int
	Field377xxxxxxxxxxxxxxxxxxxx int
	Field378xxxxxxxxxxxxxxxxxxxx int
	Field379xxxxxxxxxxxxxxxxxxxx int
	Field380xxxxxxxxxxxxxxxxxxxx int
	Field381xxxxxxxxxxxxxxxxxxxx int
	Field382xxxxxxxxxxxxxxxxxxxx int
	Field383xxxxxxxxxxxxxxxxxxxx int
	Field384xxxxxxxxxxxxxxxxxxxx int
	Field385xxxxxxxxxxxxxxxxxxxx int
	Field386xxxxxxxxxxxxxxxxxxxx int
	Field387xxxxxxxxxxxxxxxxxxxx int
	Field388xxxxxxxxxxxxxxxxxxxx int
	Field389xxxxxxxxxxxxxxxxxxxx int
	Field390xxxxxxxxxxxxxxxxxxxx int
	Field391xxxxxxxxxxxxxxxxxxxx int
	Field392xxxxxxxxxxxxxxxxxxxx int
	Field393xxxxxxxxxxxxxxxxxxxx int
	Field394xxxxxxxxxxxxxxxxxxxx int
	Field395xxxxxxxxxxxxxxxxxxxx int
	Field396xxxxxxxxxxxxxxxxxxxx int
	Field397xxxxxxxxxxxxxxxxxxxx int
	Field398xxxxxxxxxxxxxxxxxxxx int
	Field399xxxxxxxxxxxxxxxxxxxx int
	Field400xxxxxxxxxxxxxxxxxxxx int
	Field401xxxxxxxxxxxxxxxxxxxx int
	Field402xxxxxxxxxxxxxxxxxxxx int
	Field403xxxxxxxxxxxxxxxxxxxx int
	Field404xxxxxxxxxxxxxxxxxxxx int
	Field405xxxxxxxxxxxxxxxxxxxx int
	Field406xxxxxxxxxxxxxxxxxxxx int
	Field407xxxxxxxxxxxxxxxxxxxx int
	Field408xxxxxxxxxxxxxxxxxxxx int
	Field409xxxxxxxxxxxxxxxxxxxx int
	Field410xxxxxxxxxxxxxxxxxxxx int
	Field411xxxxxxxxxxxxxxxxxxxx int
	Field412xxxxxxxxxxxxxxxxxxxx int
	Field413xxxxxxxxxxxxxxxxxxxx int
	Field414xxxxxxxxxxxxxxxxxxxx int
	Field415xxxxxxxxxxxxxxxxxxxx int
	Field416xxxxxxxxxxxxxxxxxxxx int
	Field417xxxxxxxxxxxxxxxxxxxx int
	Field418xxxxxxxxxxxxxxxxxxxx int
	Field419xxxxxxxxxxxxxxxxxxxx int
	Field420xxxxxxxxxxxxxxxxxxxx int
	Field421xxxxxxxxxxxxxxxxxxxx int
	Field422xxxxxxxxxxxxxxxxxxxx int
	Field423xxxxxxxxxxxxxxxxxxxx int
	Field424xxxxxxxxxxxxxxxxxxxx int
	Field425xxxxxxxxxxxxxxxxxxxx int
	Field426xxxxxxxxxxxxxxxxxxxx int
	Field427xxxxxxxxxxxxxxxxxxxx int
	Field428xxxxxxxxxxxxxxxxxxxx int
	Field429xxxxxxxxxxxxxxxxxxxx int
	Field430xxxxxxxxxxxxxxxxxxxx int
	Field431xxxxxxxxxxxxxxxxxxxx int
	Field432xxxxxxxxxxxxxxxxxxxx int
	Field433xxxxxxxxxxxxxxxxxxxx int
	Field434xxxxxxxxxxxxxxxxxxxx int
	Field435xxxxxxxxxxxxxxxxxxxx int
	Field436xxxxxxxxxxxxxxxxxxxx int
	Field437xxxxxxxxxxxxxxxxxxxx int
	Field438xxxxxxxxxxxxxxxxxxxx int
	Field439xxxxxxxxxxxxxxxxxxxx int
	Field440xxxxxxxxxxxxxxxxxxxx int
	Field441xxxxxxxxxxxxxxxxxxxx int
	Field442xxxxxxxxxxxxxxxxxxxx int
	Field443xxxxxxxxxxxxxxxxxxxx int
	Field444xxxxxxxxxxxxxxxxxxxx int
	Field445xxxxxxxxxxxxxxxxxxxx int
	Field446xxxxxxxxxxxxxxxxxxxx int
	Field447xxxxxxxxxxxxxxxxxxxx int
	Field448xxxxxxxxxxxxxxxxxxxx int
	Field449xxxxxxxxxxxxxxxxxxxx int
	Field450xxxxxxxxxxxxxxxxxxxx int
	Field451xxxxxxxxxxxxxxxxxxxx int
	Field452xxxxxxxxxxxxxxxxxxxx int
	Field453xxxxxxxxxxxxxxxxxxxx int
	Field454xxxxxxxxxxxxxxxxxxxx int
	Field455xxxxxxxxxxxxxxxxxxxx int
	Field456xxxxxxxxxxxxxxxxxxxx int
	Field457xxxxxxxxxxxxxxxxxxxx int
	Field458xxxxxxxxxxxxxxxxxxxx int
	Field459xxxxxxxxxxxxxxxxxxxx int
	Field460xxxxxxxxxxxxxxxxxxxx int
	Field461xxxxxxxxxxxxxxxxxxxx int
	Field462xxxxxxxxxxxxxxxxxxxx int
	Field463xxxxxxxxxxxxxxxxxxxx int
	Field464xxxxxxxxxxxxxxxxxxxx int
	Field465xxxxxxxxxxxxxxxxxxxx int
	Field466xxxxxxxxxxxxxxxxxxxx int
	Field467xxxxxxxxxxxxxxxxxxxx int
	Field468xxxxxxxxxxxxxxxxxxxx int
	Field469xxxxxxxxxxxxxxxxxxxx int
	Field470xxxxxxxxxxxxxxxxxxxx int
	Field471xxxxxxxxxxxxxxxxxxxx int
	Field472xxxxxxxxxxxxxxxxxxxx int
	Field473xxxxxxxxxxxxxxxxxxxx int
	Field474xxxxxxxxxxxxxxxxxxxx int
	Field475xxxxxxxxxxxxxxxxxxxx int
	Field476xxxxxxxxxxxxxxxxxxxx int
	Field477xxxxxxxxxxxxxxxxxxxx int
	Field478xxxxxxxxxxxxxxxxxxxx int
	Field479xxxxxxxxxxxxxxxxxxxx int
	Field480xxxxxxxxxxxxxxxxxxxx int
	Field481xxxxxxxxxxxxxxxxxxxx int
	Field482xxxxxxxxxxxxxxxxxxxx int
	Field483xxxxxxxxxxxxxxxxxxxx int
	Field484xxxxxxxxxxxxxxxxxxxx int
	Field485xxxxxxxxxxxxxxxxxxxx int
	Field486xxxxxxxxxxxxxxxxxxxx int
	Field487xxxxxxxxxxxxxxxxxxxx int
	Field488xxxxxxxxxxxxxxxxxxxx int
	Field489xxxxxxxxxxxxxxxxxxxx int
	Field490xxxxxxxxxxxxxxxxxxxx int
	Field491xxxxxxxxxxxxxxxxxxxx int
	Field492xxxxxxxxxxxxxxxxxxxx int
	Field493xxxxxxxxxxxxxxxxxxxx int
	Field494xxxxxxxxxxxxxxxxxxxx int
	Field495xxxxxxxxxxxxxxxxxxxx int
	Field496xxxxxxxxxxxxxxxxxxxx int
	Field497xxxxxxxxxxxxxxxxxxxx int
	Field498xxxxxxxxxxxxxxxxxxxx int
	Field499xxxxxxxxxxxxxxxxxxxx int
}

func Double(n int) int {
	var v0 int = wide
	var v1 int = wide
	var v2 int = wide
	var v3 int = wide
	var v4 int = wide
	var v5 int = wide
	var v6 int = wide
	var v7 int = wide
	var v8 int = wide
	var v9 int = wide
	var v10 int = wide
	var v11 int = wide
	var v12 int = wide
	var v13 int = wide
	var v14 int = wide
	var v15 int = wide
	var v16 int = wide
	var v17 int = wide
	var v18 int = wide
	var v19 int = wide
	var v20 int = wide
	var v21 int = wide
	var v22 int = wide
	var v23 int = wide
	var v24 int = wide
	var v25 int = wide
	var v26 int = wide
	var v27 int = wide
	var v28 int = wide
	var v29 int = wide
	var v30 int = wide
	var v31 int = wide
	var v32 int = wide
	var v33 int = wide
	var v34 int = wide
	var v35 int = wide
	var v36 int = wide
	var v37 int = wide
	var v38 int = wide
	var v39 int = wide
	var v40 int = wide
	var v41 int = wide
	var v42 int = wide
	var v43 int = wide
	var v44 int = wide
	var v45 int = wide
	var v46 int = wide
	var v47 int = wide
	var v48 int = wide
	var v49 int = wide
	var v50 int = wide
	var v51 int = wide
	var v52 int = wide
	var v53 int = wide
	var v54 int = wide
	var v55 int = wide
	var v56 int = wide
	var v57 int = wide
	var v58 int = wide
	var v59 int = wide
	var v60 int = wide
	var v61 int = wide
	var v62 int = wide
	var v63 int = wide
	var v64 int = wide
	var v65 int = wide
	var v66 int = wide
	var v67 int = wide
	var v68 int = wide
	var v69 int = wide
	var v70 int = wide
	var v71 int = wide
	var v72 int = wide
	var v73 int = wide
	var v74 int = wide
	var v75 int = wide
	var v76 int = wide
	var v77 int = wide
	var v78 int = wide
	var v79 int = wide
	var v80 int = wide
	var v81 int = wide
	var v82 int = wide
	var v83 int = wide
	var v84 int = wide
	var v85 int = wide
	var v86 int = wide
	var v87 int = wide
	var v88 int = wide
	var v89 int = wide
	var v90 int = wide
	var v91 int = wide
	var v92 int = wide
	var v93 int = wide
	var v94 int = wide
	var v95 int = wide
	var v96 int = wide
	var v97 int = wide
	var v98 int = wide
	var v99 int = wide
	var v100 int = wide
	var v101 int = wide
	var v102 int = wide
	var v103 int = wide
	var v104 int = wide
	var v105 int = wide
	var v106 int = wide
	var v107 int = wide
	var v108 int = wide
	var v109 int = wide
	var v110 int = wide
	var v111 int = wide
	var v112 int = wide
	var v113 int = wide
	var v114 int = wide
	var v115 int = wide
	var v116 int = wide
	var v117 int = wide
	var v118 int = wide
	var v119 int = wide
	var v120 int = wide
	var v121 int = wide
	var v122 int = wide
	var v123 int = wide
	var v124 int = wide
	var v125 int = wide
	var v126 int = wide
	var v127 int = wide
	var v128 int = wide
	var v129 int = wide
	var v130 int = wide
	var v131 int = wide
	var v132 int = wide
	var v133 int = wide
	var v134 int = wide
	var v135 int = wide
	var v136 int = wide
	var v137 int = wide
	var v138 int = wide
	var v139 int = wide
	var v140 int = wide
	var v141 int = wide
	var v142 int = wide
	var v143 int = wide
	var v144 int = wide
	var v145 int = wide
	var v146 int = wide
	var v147 int = wide
	var v148 int = wide
	var v149 int = wide
	var v150 int = wide
	var v151 int = wide
	var v152 int = wide
	var v153 int = wide
	var v154 int = wide
	var v155 int = wide
	var v156 int = wide
	var v157 int = wide
	var v158 int = wide
	var v159 int = wide
	var v160 int = wide
	var v161 int = wide
	var v162 int = wide
	var v163 int = wide
	var v164 int = wide
	var v165 int = wide
	var v166 int = wide
	var v167 int = wide
	var v168 int = wide
	var v169 int = wide
	var v170 int = wide
	var v171 int = wide
	var v172 int = wide
	var v173 int = wide
	var v174 int = wide
	var v175 int = wide
	var v176 int = wide
	var v177 int = wide
	var v178 int = wide
	var v179 int = wide
	var v180 int = wide
	var v181 int = wide
	var v182 int = wide
	var v183 int = wide
	var v184 int = wide
	var v185 int = wide
	var v186 int = wide
	var v187 int = wide
	var v188 int = wide
	var v189 int = wide
	var v190 int = wide
	var v191 int = wide
	var v192 int = wide
	var v193 int = wide
	var v194 int = wide
	var v195 int = wide
	var v196 int = wide
	var v197 int = wide
	var v198 int = wide
	var v199 int = wide
	return 0
}
